"""Read-only questions about messages: what was sent for an order, and what went wrong."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from fulfillment.keyset import MOST_COUNTED, Page, page_of
from notifications.channels.recipients import masked
from notifications.channels.vapid import public_key
from notifications.kinds.routes import PUSH
from notifications.kinds.titles import TITLES
from notifications.models import Message, SmsStop, Suppression
from notifications.models.settings import settings_of
from notifications.states import UNSETTLED, MessageStatus
from orders.access import Role, Viewer
from orders.models import Order


def order_panel(order: Order, viewer: Viewer) -> dict[str, Any]:
    """Every message of an order, sent or not and why, for the order's page; two statements."""
    rows = Message.objects.visible_to(viewer).filter(order=order)
    messages = [_described(message) for message in rows.prefetch_related("attempts").order_by("pk")]
    return {
        "template": "notifications/_order_panel.html",
        "messages": messages,
        "timeline": [_told(row) for row in messages],
    }


def attention_panel(viewer: Viewer) -> dict[str, Any]:
    """Messages that somebody has to look after, for the dashboard's first page."""
    messages = [_described(message) for message in unsettled(viewer)]
    return {
        "template": "notifications/_attention_panel.html",
        "messages": messages,
        "count": len(messages),
    }


def track_panel(token: str) -> dict[str, Any]:
    """What the tracking page offers: to choose the updates, and to be told in this browser."""
    return {"template": "track/_updates.html", "token": token, "push_key": public_key()}


def stop_panel(viewer: Viewer) -> dict[str, Any]:
    """Sellers whose text messages reached today's cap, for the dashboard's first page."""
    lately = timezone.now() - timedelta(hours=36)
    rows = SmsStop.objects.visible_to(viewer).filter(at__gt=lately)
    rows = rows.select_related("seller__warehouse", "seller__message_settings").order_by("at")
    stops = [row for row in rows if row.on == _today(row) and _is_at_cap(row)]
    return {
        "template": "notifications/_stop_panel.html",
        "stops": stops,
        "count": len(stops),
        "may_change": viewer.has_role(Role.OWNER),
    }


def _today(stop: SmsStop) -> date:
    return timezone.now().astimezone(ZoneInfo(stop.seller.warehouse.time_zone)).date()


def _is_at_cap(stop: SmsStop) -> bool:
    return stop.sent >= settings_of(stop.seller).sms_daily_cap


def unsettled(viewer: Viewer, limit: int = 50) -> QuerySet[Message]:
    """Messages that failed or whose outcome nobody knows, newest first, with their orders."""
    rows = Message.objects.visible_to(viewer).filter(status__in=UNSETTLED, decided_at__isnull=True)
    # A notification in a browser only repeats what a mail or the page says.
    rows = rows.exclude(channel=PUSH)
    return rows.select_related("order").prefetch_related("attempts").order_by("-pk")[:limit]


class SuppressionList(NamedTuple):
    """One page of addresses, and how many there are (10,001 means more)."""

    page: Page
    total: int


def suppressions(viewer: Viewer, *, search: str = "", cursor: str = "") -> SuppressionList:
    """The addresses that messages no longer go to, newest first; two statements."""
    rows = Suppression.objects.visible_to(viewer)
    if search:
        rows = rows.filter(recipient__contains=search.lower())
    total = rows[: MOST_COUNTED + 1].count()
    page = page_of(rows.select_related("seller"), key="-since", cursor=cursor)
    return SuppressionList(page, total)


def _described(message: Message) -> dict[str, Any]:
    attempts = sorted(message.attempts.all(), key=lambda attempt: attempt.number)
    return {
        "message": message,
        "title": TITLES.get(message.template, message.template),
        "audience": message.get_audience_display(),
        "channel": message.get_channel_display(),
        "recipient": "" if message.channel == PUSH else masked(message.recipient),
        "at": message.settled_at or message.created_at,
        "is_waiting": message.settled_at is None,
        "is_blocked": message.status == MessageStatus.SUPPRESSED
        and message.reason.startswith(tuple(Suppression.Reason.labels)),
        "is_open": message.status in UNSETTLED and message.decided_at is None,
        "attempts": attempts,
    }


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the order's history."""
    message = row["message"]
    return {
        "at": row["at"],
        "what": f"{row['channel']} to the {row['audience'].lower()}: {row['title'].lower()}",
        "detail": " · ".join(filter(None, [row["recipient"], message.reason])),
        "status": message.status,
        "status_text": message.get_status_display(),
    }
