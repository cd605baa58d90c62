"""A text as its readers will see it: the facts of a real order, or of a made-up one, in its words.

What is shown here and what is sent come from the same `render`.
"""

from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from notifications.channels.base import Outgoing
from notifications.channels.segments import Size, measure
from notifications.editor.editing import our_parts
from notifications.editor.samples import sample
from notifications.facts import Facts, load_facts
from notifications.languages import spoken
from notifications.languages.texts import Texts
from notifications.models import Message, TextVersion
from notifications.words.rendering import render
from orders.models import Order, Seller

EMAIL, SMS = Message.Channel.EMAIL.value, Message.Channel.SMS.value
NEWEST = 500  # orders among which one with such a message is looked for
SUGGESTED = 10
DARK = "@media (prefers-color-scheme: dark)"
# How a mail program without, and one with, the dark would read that line.
SCHEMES = {"light": "@media not all", "dark": "@media all"}
NEW_TAB = '<base target="_blank">'


class Preview(NamedTuple):
    """A message in both its forms; `order` is None for the made-up one."""

    mail: Outgoing
    text: Outgoing
    size: Size
    order: Order | None


def versions_of(seller: Seller, template: str) -> list[TextVersion]:
    """Every version of a seller's texts, the newest first."""
    rows = TextVersion.objects.filter(seller=seller, template=template)
    return list(rows.select_related("created_by").order_by("-number"))


def texts_in(version: TextVersion | None, template: str, language: str) -> Texts:
    """The words of a version in a language; ours where it has none."""
    parts = version.texts.get(spoken(language)) if version else None
    return Texts(**(parts or our_parts(template, language)))


def preview(facts: Facts, *, language: str, texts: Texts, now: datetime) -> Preview:
    """Facts put in these words, as a mail and as a text message."""
    mail, text = (
        render(told(facts, channel=channel, language=language, texts=texts), now=now)
        for channel in (EMAIL, SMS)
    )
    return Preview(mail, text, measure(text.text), facts.order if facts.message.pk else None)


def told(facts: Facts, *, channel: str, language: str, texts: Texts | None) -> Facts:
    """The same facts, to be said in other words or over another channel; nothing is saved."""
    message = copy(facts.message)
    message.channel, message.language = channel, language
    return replace(facts, message=message, texts=texts)


def facts_of(
    seller: Seller, template: str, *, number: str, language: str, now: datetime
) -> tuple[Facts, bool]:
    """(facts of the newest message of this kind, or made up; whether the named order has one)."""
    named = _newest(Order.objects.filter(seller=seller, number=number), template) if number else []
    found = named or _newest(_recent(seller), template)
    if found:
        return load_facts(found[:1])[0], bool(named) or not number
    return sample(seller, template, language=language, now=now), not number


def orders_told(seller: Seller, template: str) -> list[str]:
    """The numbers of the newest orders that have such a message."""
    found = _newest(_recent(seller).select_related(None), template)
    return list(dict.fromkeys(message.order.number for message in found))


def in_scheme(html: str, scheme: str) -> str:
    """A mail as by day or by night, whatever the reader's own screen; links open in a new tab."""
    return NEW_TAB + html.replace(DARK, SCHEMES[scheme])


def _recent(seller: Seller) -> QuerySet[Order]:
    return Order.objects.filter(seller=seller).order_by("-created_at", "-pk")[:NEWEST]


def _newest(orders: QuerySet[Order], template: str) -> list[Message]:
    ids = list(orders.values_list("pk", flat=True))
    rows = Message.objects.filter(
        order__in=ids, template=template, audience=Message.Audience.CUSTOMER
    ).exclude(recipient="")
    return list(rows.select_related("order").order_by("-pk")[:SUGGESTED])
