"""Reports of mail providers whose time stamps cannot be read: the stamps are left out.

django-anymail reads each provider's stamps in its own way, and fails on what is no moment. A bounce
must not be lost over that: without a stamp a report is of the moment at which it arrived.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

# The fields in which the providers say when something happened.
STAMPS = frozenset(
    {
        "BouncedAt", "ChangedAt", "DeliveredAt", "ReceivedAt", "Timestamp", "created_at",
        "event_time", "time", "timestamp", "ts", "ts_epoch",
    }
)  # fmt: skip
NEEDED = frozenset({"mailtrap"})  # whose view fails without a stamp
MANDRILL_EVENTS = "mandrill_events"
SNS_MESSAGE, SNS_READ = "Message", "_sns_message"


def leave_out_moments(provider: str, request: HttpRequest) -> None:
    """Change a call, whose signature was checked, so that it names no moments."""
    if provider == "mandrill":
        form = request.POST.copy()
        form[MANDRILL_EVENTS] = _changed(form.get(MANDRILL_EVENTS, ""), _without)
        request.POST = form  # type: ignore[assignment]  # a QueryDict that can be changed
        return
    change = _stamped_now if provider in NEEDED else _without
    request._body = _changed(request.body, change).encode()
    vars(request).pop(SNS_READ, None)  # what anymail remembers of the body


def _changed(text: str | bytes, change: Callable[[Any], Any]) -> str:
    try:
        return json.dumps(change(json.loads(text)))
    except (ValueError, RecursionError):
        return text if isinstance(text, str) else text.decode(errors="replace")


def _without(value: Any) -> Any:
    if isinstance(value, list):
        return [_without(part) for part in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without(part) for name, part in value.items() if name not in STAMPS}
    if isinstance(text := kept.get(SNS_MESSAGE), str):  # a report of SES, as text in one of SNS
        kept[SNS_MESSAGE] = _changed(text, _without)
    return kept


def _stamped_now(value: Any) -> Any:
    if isinstance(value, list):
        return [_stamped_now(part) for part in value]
    if not isinstance(value, dict):
        return value
    now = int(time.time())
    return {name: now if name in STAMPS else _stamped_now(part) for name, part in value.items()}
