"""The generation that serves, for a process that asks for long: noticed when it changes, swapped without a wait."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexBroken, IndexMissing
from index.generations import Generation
from index.manifest import REPAIR, current_name, generations_folder

log = logging.getLogger(__name__)
_POLL = 0.25  # seconds between looks at CURRENT: a small file, read from memory


class Generations:
    """Leases of the current generation under `home`. Thread-safe.

    The first lease opens it. After that a daemon thread watches `CURRENT`, opens a new generation beside the old one,
    and closes the old one after its last lease.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()  # guards what follows
        self._current: Generation | None = None
        self._leases: dict[Generation, int] = {}
        self._opening = threading.Lock()  # held while opening: the first questions wait for one opening together
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None
        self._failed: str | None = None  # a generation that could not be opened

    def current_name(self) -> str | None:
        """The generation that is published, whether or not it is open here."""
        return current_name(self._home)

    @contextmanager
    def lease(self) -> Iterator[Generation]:
        """The current generation, open until the end of the block. Raises IndexMissing or IndexBroken."""
        generation = self._acquire()
        try:
            yield generation
        finally:
            self._release(generation)

    def close(self) -> None:
        """Stop watching and close what is not leased; a leased generation is closed by its last lease."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join()
        self._switch(None)

    def _acquire(self) -> Generation:
        with self._lock:
            if self._current is not None:
                self._leases[self._current] += 1
                return self._current
        with self._opening:
            if self._current is None:
                self._switch(open_current(self._home))
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="generations", daemon=True)
                self._watcher.start()
        return self._acquire()

    def _release(self, generation: Generation) -> None:
        with self._lock:
            self._leases[generation] -= 1
            unused = generation is not self._current and not self._leases[generation]
            if unused:
                del self._leases[generation]
        if unused:
            generation.close()

    def _switch(self, generation: Generation | None) -> None:
        with self._lock:
            old, self._current = self._current, generation
            if generation is not None:
                self._leases[generation] = 0
            unused = old is not None and not self._leases[old]
            if old is not None and unused:
                del self._leases[old]
        if old is not None and unused:
            old.close()

    def refresh(self) -> None:
        """Serve what is published now, rather than within the second; where it cannot be opened, what served."""
        with self._opening:
            name = current_name(self._home)
            if name in (None, self._failed) or self._current is None or name == self._current.manifest.name:
                return
            try:
                self._switch(open_current(self._home))
            except (IndexBroken, IndexMissing, OSError) as error:
                log.warning("Still answering from %s: %s", self._current.manifest.name, error)
                self._failed = name  # not tried again: the next one that is published is

    def _watch(self) -> None:
        while not self._stop.wait(_POLL):
            self.refresh()


def open_current(home: Path) -> Generation:
    """Open the generation that `CURRENT` names. Raises IndexMissing or IndexBroken."""
    name = current_name(home)
    while name is not None:
        try:
            return Generation(generations_folder(home) / name)
        except FileNotFoundError:
            again = current_name(home)
            if again == name:
                raise IndexBroken(f"The index {name} is missing or incomplete: {REPAIR}") from None
            name = again  # replaced and swept meanwhile
    raise IndexMissing("Nothing has been indexed yet: run `dateline index add PATH`.")
