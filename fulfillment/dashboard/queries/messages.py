"""Queries of messages: those of an order, failed and unknown ones, the suppression list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from fulfillment.keyset import MOST_COUNTED, Page, page_of
from notifications.channels.recipients import masked
from notifications.kinds.catalogue import kind_of
from notifications.kinds.record import PUSH
from notifications.models import Attempt, DayStop, MailStop, Message, SmsStop, Suppression
from notifications.models.settings import settings_of
from notifications.states import MAY_HAVE_ARRIVED, UNSETTLED, Cause, MessageStatus
from orders.access import Viewer
from orders.models import Order, SentCopy

# Causes of what a provider had, or may have had.
LEFT = (Cause.REPORTED, Cause.NO_ANSWER, Cause.RESTORED)
Stop = TypeVar("Stop", bound=DayStop)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message as the dashboard shows it; `recipient` is masked."""

    message: Message
    title: str
    audience: str
    channel: str
    recipient: str
    at: datetime
    is_waiting: bool
    is_blocked: bool
    is_open: bool
    attempts: list[Attempt]
    has_copy: bool = False  # of what left
    may_have_left: bool = False


def messages_of(order: Order, viewer: Viewer) -> list[MessageRow]:
    """Load every message of an order, also unsent ones; three statements."""
    rows = Message.objects.visible_to(viewer).filter(order=order)
    copies = SentCopy.objects.visible_to(viewer).filter(order=order)
    kept = set(copies.values_list("message", flat=True))
    return [
        message_row(message, has_copy=message.pk in kept)
        for message in rows.prefetch_related("attempts").order_by("pk")
    ]


def unsettled(viewer: Viewer, limit: int = 50) -> list[MessageRow]:
    """Load failed and unknown messages without a decision, newest first, with their orders."""
    rows = Message.objects.visible_to(viewer).filter(status__in=UNSETTLED, decided_at__isnull=True)
    # Web push is left out: it only repeats what a mail or the tracking page says.
    rows = rows.exclude(channel=PUSH).select_related("order").prefetch_related("attempts")
    return [message_row(message) for message in rows.order_by("-pk")[:limit]]


def stopped_texts(viewer: Viewer) -> list[SmsStop]:
    """Load the sellers that reached the daily cap of text messages today."""
    return [stop for stop in _of_today(SmsStop, viewer) if _is_at_cap(stop)]


def stopped_mails(viewer: Viewer) -> list[MailStop]:
    """Load the sellers whose customers get no more mails today."""
    rows = _of_today(MailStop, viewer)
    return [stop for stop in rows if stop.sent >= settings.EMAIL_DAILY_MOST]


def _of_today(model: type[Stop], viewer: Viewer) -> list[Stop]:
    lately = timezone.now() - timedelta(hours=36)
    rows = model.objects.visible_to(viewer).filter(at__gt=lately)
    rows = rows.select_related("seller__warehouse", "seller__message_settings").order_by("at")
    return [row for row in rows if row.on == _today(row)]


def _today(stop: DayStop) -> date:
    return timezone.now().astimezone(ZoneInfo(stop.seller.warehouse.time_zone)).date()


def _is_at_cap(stop: SmsStop) -> bool:
    return stop.sent >= settings_of(stop.seller).sms_daily_cap


class SuppressionList(NamedTuple):
    """One keyset page of addresses, and how many there are (10,001 means more)."""

    page: Page
    total: int


def suppressions(viewer: Viewer, *, search: str = "", cursor: str = "") -> SuppressionList:
    """Load a page of the suppression list, newest first; two statements."""
    rows = Suppression.objects.visible_to(viewer)
    if search:
        rows = rows.filter(recipient__contains=search.lower())
    total = rows[: MOST_COUNTED + 1].count()
    page = page_of(rows.select_related("seller"), key="-since", cursor=cursor)
    return SuppressionList(page, total)


def message_row(message: Message, *, has_copy: bool = False) -> MessageRow:
    """A message with its attempts, as the dashboard shows it."""
    attempts = sorted(message.attempts.all(), key=lambda attempt: attempt.number)
    return MessageRow(
        message=message,
        title=kind_of(message.template).title,
        audience=message.get_audience_display(),
        channel=message.get_channel_display(),
        recipient="" if message.channel == PUSH else masked(message.recipient),
        at=message.settled_at or message.created_at,
        is_waiting=message.settled_at is None,
        is_blocked=message.status == MessageStatus.SUPPRESSED
        and message.cause == Cause.BLOCKED_ADDRESS,
        is_open=message.status in UNSETTLED and message.decided_at is None,
        attempts=attempts,
        has_copy=has_copy,
        may_have_left=_may_have_left(message, attempts),
    )


def _may_have_left(message: Message, attempts: Sequence[Attempt]) -> bool:
    """Whether a provider has it, or may: attempts are kept for some time only, what it says stays.

    One that was given up without a trace of its attempts may have left with one of them.
    """
    if message.status in MAY_HAVE_ARRIVED or message.provider_id or message.cause in LEFT:
        return True
    if any(attempt.outcome in MAY_HAVE_ARRIVED for attempt in attempts):
        return True
    return message.cause == Cause.GIVEN_UP and not attempts
