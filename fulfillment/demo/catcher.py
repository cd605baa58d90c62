"""Read the mails and texts that the catcher of `manage.py up` stores in files, newest first."""

import email
import email.policy
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

# File names without a slash: no path traversal.
NAME = re.compile(r"(?P<nanoseconds>\d{20})-\d+(?P<ending>\.eml|\.sms\.json)")
MOST = 200


@dataclass(frozen=True, slots=True)
class Caught:
    """A received message; `html` and `subject` are empty for a text message."""

    name: str
    at: datetime
    is_sms: bool
    sender: str
    recipient: str
    subject: str
    text: str
    html: str = ""


def newest() -> list[Caught]:
    """The last received messages, newest first."""
    folder = settings.DEV_OUTBOX_DIR
    paths = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    return [_read(path) for path in paths if NAME.fullmatch(path.name)][:MOST]


def caught(name: str) -> Caught | None:
    """The message in this file, or None."""
    path: Path = settings.DEV_OUTBOX_DIR / name
    return _read(path) if NAME.fullmatch(name) and path.is_file() else None


def _read(path: Path) -> Caught:
    found = NAME.fullmatch(path.name)
    at = (
        datetime.fromtimestamp(int(found["nanoseconds"]) / 1e9, UTC) if found else datetime.now(UTC)
    )
    if path.name.endswith(".sms.json"):
        fields = json.loads(path.read_bytes())
        return Caught(path.name, at, True, fields["from"], fields["to"], "", fields["text"])
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return Caught(
        path.name,
        at,
        False,
        str(mail["From"]),
        str(mail["To"]),
        str(mail["Subject"]).strip(),
        _part(mail, "plain"),
        _part(mail, "html"),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
