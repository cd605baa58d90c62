"""What a message would say, at a moment the test chooses."""

import time_machine
from django.conf import settings

from notifications.facts import load_facts
from notifications.models import Message
from notifications.rendering import render
from tests.cast import MONDAY

at_ten = time_machine.travel(MONDAY, tick=False)


def said(order, template, channel="email", *, now=MONDAY, nth=0):
    """The final words of a message of this order; the `nth` of its kind."""
    rows = Message.objects.filter(order=order, template=template, channel=channel).order_by("pk")
    return render(load_facts([rows[nth]])[0], now=now)


def link_of(order):
    """The address of the tracking page."""
    return f"{settings.SITE_URL}/track/{order.token}/"
