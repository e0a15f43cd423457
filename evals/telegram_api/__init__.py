"""An emulator of the Telegram Bot API, for tests and benchmarks: the real client talks to it over HTTP.

    with Emulator() as api:
        ann = api.user("Ann")
        api.say(ann, "What did Russia object to?")
        # … a bot with base_url=api.base_url, or a subprocess with TELEGRAM_API_URL=api.url …
        api.wait(lambda: api.sent(ann))

One class, `Emulator`, is what tests hold: people act (`say`, `edit`, `press`, `document`), the bot is looked at
(`sent`, `calls`, `query`, `actions`), things go wrong (`faults.add("sendMessage", Fault.flood(2))`, `block`, `kick`,
`migrate`). What Telegram refuses is refused, in Telegram's words. The rate of calls is not limited of itself.
"""

from evals.telegram_api.emulator import TOKEN, Emulator
from evals.telegram_api.faults import Fault
from evals.telegram_api.sent import Sent
from evals.telegram_api.world import Chat, User

__all__ = ["TOKEN", "Chat", "Emulator", "Fault", "Sent", "User"]
