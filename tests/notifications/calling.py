"""Webhook calls of the peers, made through the test client; and texts that have left."""

from urllib.parse import urlsplit

from django.conf import settings

from notifications.delivery.sending import send_due
from notifications.models import Message
from tests.notifications.saying import sms_of
from tests.support.cast import make_order


def call(client, made, **headers):
    """The answer to a call; headers given here replace those of the peer."""
    url = urlsplit(made.url)
    told = {name.lower(): value for name, value in made.headers.items()}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    path = f"{url.path}?{url.query}" if url.query else url.path
    kind = told.pop("content-type")
    return client.post(path, made.body, content_type=kind, headers=told)


def hook(provider, *rest):
    """The address of a provider's webhook."""
    return "/".join((settings.SITE_URL, "hooks/sms", provider, *rest, ""))


def sent_text(side, **fields):
    """The confirmation by SMS of a new order, as it is after sending."""
    fields = {"email": "", "phone": "+4915112345678"} | fields
    order = make_order(side, {"LAMP": 1}, **fields)
    send_due()
    return Message.objects.get(pk=sms_of(order).pk)
