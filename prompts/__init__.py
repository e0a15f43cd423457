"""What the bot says, one Markdown file each; `bot.words` reads them. No code lives here."""
