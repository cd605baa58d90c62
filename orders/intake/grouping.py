"""Group commit of calls (flat combining): those that wait at the same time share one statement."""

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from contextlib import nullcontext, suppress
from typing import Generic, TypeVar

from django.db import Error, connection

# Who waits longer than that is served alone: the call before may wait for a lock.
PATIENCE_SECONDS = 0.5

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Call(Generic[Item, Result]):
    """A call that waits: in the group that it leads, or until the leader of its group is done."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.turn = threading.Event()
        self.leads: list[_Call[Item, Result]] = []
        self.results: list[Result] = []


class Grouped(Generic[Item, Result]):
    """`act` for many callers: a result for each item, in their order.

    Nobody waits to be joined by others: a call that meets none is served at once. Those that come
    while it is served are the next group, at most `most`, in the thread of the first of them; so a
    group is served after each of its calls has begun. What fails in a group, by an error of the
    database, is served again alone and gets its own error: `act` writes all or nothing.
    """

    def __init__(self, act: Callable[[list[Item]], Sequence[Result]], *, most: int) -> None:
        self._act = act
        self._most = most
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, deque[_Call[Item, Result]]] = {}

    def __call__(self, key: Hashable, item: Item) -> Result:
        """The result of an item, served with others of the same key and process."""
        if connection.in_atomic_block:  # which another thread's connection is not in
            return self._act([item])[0]
        call: _Call[Item, Result] = _Call(item)
        if self._is_first(key, call):
            call.leads = [call]
            call.turn.set()
        elif not call.turn.wait(PATIENCE_SECONDS) and self._leaves(key, call):
            return self._act([item])[0]
        call.turn.wait()
        if call.leads:
            self._serve(key, call.leads)
        return (call.results or self._act([item]))[0]

    def _is_first(self, key: Hashable, call: _Call[Item, Result]) -> bool:
        with self._lock:
            if (waiting := self._waiting.get(key)) is None:
                self._waiting[key] = deque()
                return True
            waiting.append(call)
            return False

    def _leaves(self, key: Hashable, call: _Call[Item, Result]) -> bool:
        """Whether it still waited, and does not any more."""
        with self._lock:
            is_waiting = call in (waiting := self._waiting.get(key, deque()))
            if is_waiting:
                waiting.remove(call)
            return is_waiting

    def _serve(self, key: Hashable, group: list[_Call[Item, Result]]) -> None:
        try:
            with suppress(Error) if len(group) > 1 else nullcontext():
                results = self._act([call.item for call in group])
                for call, result in zip(group, results, strict=True):
                    call.results = [result]
        finally:
            self._begin_next(key)
            for call in group[1:]:
                call.turn.set()

    def _begin_next(self, key: Hashable) -> None:
        with self._lock:
            waiting = self._waiting[key]
            if not waiting:
                del self._waiting[key]
                return
            group = [waiting.popleft() for _ in range(min(self._most, len(waiting)))]
        group[0].leads = group
        group[0].turn.set()
