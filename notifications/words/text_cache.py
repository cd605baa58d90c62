"""An LRU cache of what was made of texts, bounded by their bytes: texts are written by anybody."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class TextCache(Generic[Made]):
    """Remembers what `make` made of the texts that were used last, of `most_bytes` together.

    A number of entries would be no bound: 4,096 texts of 100 KB are 400 MB.
    """

    def __init__(self, make: Callable[[str], Made], *, most_bytes: int) -> None:
        self.make, self.most_bytes = make, most_bytes
        self.lock = threading.Lock()
        self.made: OrderedDict[str, Made] = OrderedDict()
        self.held_bytes = 0

    def __call__(self, text: str) -> Made:
        """What `make` makes of a text. Its errors are not remembered."""
        with self.lock:
            if text in self.made:
                self.made.move_to_end(text)
                return self.made[text]
        made = self.make(text)
        with self.lock:
            self._keep(text, made)
        return made

    def _keep(self, text: str, made: Made) -> None:
        if text in self.made:
            return
        self.made[text] = made
        self.held_bytes += _size(text)
        while self.held_bytes > self.most_bytes:
            oldest, _ = self.made.popitem(last=False)
            self.held_bytes -= _size(oldest)


def _size(text: str) -> int:
    """Without its encoding, which would cost more than the look-up: at most four bytes each."""
    return 4 * len(text)
