"""The Telegram front end: it translates between chats and the desk, and does no thinking of its own."""
