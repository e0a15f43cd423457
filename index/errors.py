"""What can go wrong, as types. Front ends map these to one sentence and an exit code, once.

DatelineError                 shown to the user; exit code 1
├── UsageError                the request itself is wrong; exit code 2
├── LibraryError              the SQLite library cannot be read, written or migrated
├── IndexMissing              nothing has been built yet
├── IndexBroken               a generation is damaged or does not match the library
├── BuildLocked               another process is building; the message names it
├── Interrupted               stopped by Ctrl-C; exit code 130
├── DiskFull                  not enough room to build aside
└── ModelMissing              an encoder or reader cannot be loaded; the message names the setting

Every message says what is wrong and what to do, in one or two sentences, without a traceback or a secret.
"""


class DatelineError(Exception):
    """A fault to be shown to the user as one sentence."""

    exit_code = 1


class UsageError(DatelineError):
    """The command, setting or question is wrong as given."""

    exit_code = 2


class LibraryError(DatelineError):
    """The library file cannot be used."""


class IndexMissing(DatelineError):
    """No generation has been published yet."""


class IndexBroken(DatelineError):
    """A generation cannot be opened, or fails its checks."""


class BuildLocked(DatelineError):
    """Another build holds the lock."""


class Interrupted(DatelineError):
    """A build was stopped by Ctrl-C; what it had done is kept."""

    exit_code = 130


class DiskFull(DatelineError):
    """Building aside would not fit on the disk."""


class ModelMissing(DatelineError):
    """A model named by a setting cannot be loaded."""
