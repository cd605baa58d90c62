"""What a message would say, at a moment the test chooses; and messages to send."""

import time_machine
from django.conf import settings
from django.db import connection

from notifications.facts import load_facts
from notifications.models import Attempt, Message
from notifications.words.rendering import render
from tests.support.cast import MONDAY

at_ten = time_machine.travel(MONDAY, tick=False)


def said(order, template, channel="email", *, now=MONDAY, nth=0):
    """The final words of a message of this order; the `nth` of its kind."""
    rows = Message.objects.filter(order=order, template=template, channel=channel).order_by("pk")
    return render(load_facts([rows[nth]])[0], now=now)


def link_of(order):
    """The address of the tracking page."""
    return f"{settings.SITE_URL}/track/{order.token}/"


def mail_of(order):
    """The confirmation by e-mail of a new order."""
    return order.messages.get(template="confirmed", channel="email")


def sms_of(order):
    """The confirmation by SMS of a new order."""
    return order.messages.get(template="confirmed", channel="sms")


def follow_up(message):
    """Another message of the same lane, planned after this one."""
    return Message.objects.create(
        seller_id=message.seller_id,
        order_id=message.order_id,
        event_id=message.event_id,
        template=message.template,
        audience=message.audience,
        channel=message.channel,
        recipient=message.recipient,
        revision=message.revision + 1,
        next_attempt_at=message.next_attempt_at,
    )


def state(message):
    """(status, reason) of the row as it is now."""
    return Message.objects.values_list("status", "reason").get(pk=message.pk)


def tries(message):
    """The outcomes of its attempts, the first one first."""
    rows = Attempt.objects.filter(message=message).order_by("number")
    return list(rows.values_list("outcome", flat=True))


def make_due(*messages):
    """Let a message that waits for its next attempt be due now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_message SET next_attempt_at = now() WHERE id = ANY(%s)",
            [[message.pk for message in messages]],
        )


def seconds_until_next(message):
    """How long a message still waits, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM next_attempt_at - now()) FROM notifications_message "
            "WHERE id = %s",
            [message.pk],
        )
        return float(cursor.fetchone()[0])
