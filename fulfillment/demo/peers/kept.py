"""The inbox of a peer, in memory or in a folder, and the faults that can be injected."""

import email
import email.policy
import itertools
import json
import os
import threading
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Generic, Protocol, TypeVar

_counter = itertools.count()


@dataclass(frozen=True)
class Fault:
    """A fault: answer another status, hang, or reset the connection.

    `status` is an SMTP reply code or an HTTP status; with `hang` seconds it comes late. `kept`
    means that the message was taken all the same, so the sender cannot know.
    """

    status: int | None = None
    text: str = "not now"
    hang: float = 0.0
    reset: bool = False
    kept: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class Kept(Protocol):
    """Something that a peer keeps: the suffix of its file and its bytes."""

    suffix: str

    def as_bytes(self) -> bytes: ...


@dataclass(frozen=True)
class Mail:
    """A mail as received; `recipients` are those of the envelope."""

    sender: str
    recipients: list[str]
    raw: bytes
    suffix = ".eml"

    def as_bytes(self) -> bytes:
        return self.raw

    @cached_property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The text/plain body."""
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


@dataclass(frozen=True)
class Sms:
    """A text message as received; `key` is the idempotency key."""

    to: str
    sender: str
    text: str
    key: str
    id: str
    suffix = ".sms.json"

    def as_bytes(self) -> bytes:
        fields = {"to": self.to, "from": self.sender, "text": self.text}
        return json.dumps(fields | {"key": self.key, "id": self.id}, indent=1).encode()


Thing = TypeVar("Thing", bound=Kept)


class Inbox(Generic[Thing]):
    """A thread-safe list to wait on; files in a folder if it has one."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.messages: list[Thing] = []
        self._changed = threading.Condition()

    def add(self, thing: Thing) -> None:
        """Append one; the file is written atomically."""
        if self.folder is not None:
            _store(self.folder, thing)
            return
        with self._changed:
            self.messages.append(thing)
            self._changed.notify_all()

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Thing]:
        """Wait for `count` messages and return them. TimeoutError tells how many came."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.messages) >= count, seconds):
                raise TimeoutError(f"{len(self.messages)} of {count} came in {seconds} s.")
            return self.messages[:count]

    def clear(self) -> None:
        """Delete all."""
        with self._changed:
            self.messages.clear()


def _store(folder: Path, thing: Kept) -> None:
    # File names sort by arrival; the counter separates two of the same clock tick.
    name = f"{time.time_ns():020d}-{next(_counter):06d}{thing.suffix}"
    draft = folder / f".{name}.new"
    draft.write_bytes(thing.as_bytes())
    os.replace(draft, folder / name)
