"""The encoder, loaded in the background while the build reads."""

from __future__ import annotations

import threading
from collections.abc import Callable

from index.embed import Encoder


class Later:
    """The encoder, loaded in the background once it is clear that it will be needed."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._load = load
        self._thread: threading.Thread | None = None
        self._encoder: Encoder | None = None
        self._error: BaseException | None = None

    @property
    def started(self) -> bool:
        return self._thread is not None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)
            self._thread.start()

    def result(self) -> Encoder:
        self.start()
        if self._thread is not None:
            self._thread.join()
        if self._encoder is None:
            raise self._error or AssertionError
        return self._encoder

    def _run(self) -> None:
        try:
            self._encoder = self._load()
        except BaseException as error:  # raised again where the encoder is asked for
            self._error = error
