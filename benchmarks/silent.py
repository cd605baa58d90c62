"""A provider that takes every message at once and does nothing with it."""

from typing import Any, Self

from notifications.channels.base import Receipt


class SilentChannel:
    """Knows keys, so that nothing but the pipeline itself is measured."""

    provider = "silent"
    knows_keys = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def send(self, outgoing: Any) -> Receipt:
        return Receipt(outgoing.key)


CHANNELS = {"sms": SilentChannel, "email": SilentChannel}
