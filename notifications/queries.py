"""Read-only questions about messages: what was sent for an order, and what went wrong."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from notifications.models import Message, SmsStop
from notifications.models.settings import settings_of
from notifications.states import UNSETTLED
from orders.access import Role, Viewer
from orders.models import Order

TITLES = {
    "confirmed": "Order confirmed",
    "packed": "Packed",
    "ready": "Ready to ship",
    "shipped": "On its way",
    "out_for_delivery": "Out for delivery",
    "delivered": "Delivered",
    "attempt_failed": "Delivery failed",
    "return_requested": "Return requested",
    "return_approved": "Return approved",
    "return_refused": "Return refused",
    "return_received": "Return received",
    "return_closed": "Return complete",
    "correction": "Correction",
    "seller_correction": "Correction",
    "texts_stopped": "Texts stopped",
    "texts_started": "Texts started again",
    "texts_help": "Who we are",
    "seller_delivered": "Delivered",
    "seller_return_requested": "Return requested",
}


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
    return rows.select_related("order").prefetch_related("attempts").order_by("-pk")[:limit]


def masked(recipient: str) -> str:
    """An address that its owner recognises and a bystander cannot use."""
    if not recipient:
        return ""
    if "@" in recipient:
        name, _, domain = recipient.rpartition("@")
        return f"{name[:1]}…@{domain}"
    return f"{recipient[:3]}…{recipient[-2:]}"


def _described(message: Message) -> dict[str, Any]:
    attempts = sorted(message.attempts.all(), key=lambda attempt: attempt.number)
    return {
        "message": message,
        "title": TITLES.get(message.template, message.template),
        "audience": message.get_audience_display(),
        "channel": message.get_channel_display(),
        "recipient": masked(message.recipient),
        "at": message.settled_at or message.created_at,
        "is_waiting": message.settled_at is None,
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
