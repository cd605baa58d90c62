"""The baseline of the message benchmark: one Celery task per message."""

import os
from dataclasses import dataclass

from celery import Celery
from django.db import close_old_connections
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fulfillment.settings")

app = Celery("baseline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.loader.import_default_modules()

from benchmarks.null_provider import NullChannel  # noqa: E402 - models need the set-up above
from notifications.facts import load_facts  # noqa: E402
from notifications.models import Attempt, Message  # noqa: E402
from notifications.words.rendering import render  # noqa: E402


@dataclass
class _Blank:
    """Words for the run that leaves rendering out."""

    key: str


@app.task(name="baseline.deliver", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
def deliver(pk: int, with_words: bool) -> None:
    """Load the message, put it in words, send it, save it."""
    close_old_connections()
    message = Message.objects.get(pk=pk)
    began = timezone.now()
    words = render(load_facts([message])[0], now=began) if with_words else _Blank(message.key)
    receipt = NullChannel().send(words)
    Attempt.objects.create(
        message=message, number=1, provider="silent", started_at=began, duration_ms=0,
        outcome="sent", answer=receipt.answer,
    )  # fmt: skip
    message.status, message.provider_id = "sent", receipt.provider_id
    message.settled_at = timezone.now()
    message.save(update_fields=["status", "provider_id", "settled_at"])
