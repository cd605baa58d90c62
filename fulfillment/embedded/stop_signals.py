"""Wait for signals in a loop: SIGTERM or SIGINT to stop, SIGCHLD of a child."""

import contextlib
import select
import signal
import socket
from types import FrameType, TracebackType

from fulfillment.embedded.errors import Stopped

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Signal handlers; install them before the first child, so that no signal leaves orphans."""

    def __init__(self) -> None:
        self.stops = 0

    def __enter__(self) -> "Signals":
        self._inbox, self._outbox = socket.socketpair()
        self._inbox.setblocking(False)
        self._outbox.setblocking(False)
        signal.set_wakeup_fd(self._outbox.fileno(), warn_on_full_buffer=False)
        self._before = {s: signal.signal(s, self._count) for s in STOP_SIGNALS}
        # Without a handler of Python's own the end of a child would not wake the loop.
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._inbox.close()
        self._outbox.close()

    def wait(self, seconds: float | None) -> None:
        """Sleep until a signal comes or the time is up."""
        if select.select([self._inbox], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                self._inbox.recv(4096)

    def pause(self, seconds: float) -> None:
        """Sleep during the start. Raises Stopped after a stop signal."""
        if not self.stops:
            self.wait(seconds)
        if self.stops:
            raise Stopped

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.stops += 1
