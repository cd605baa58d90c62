"""Preview of a text, with the facts of a real order or of a sample order.

Previews and sent messages come from the same `render`.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from babel.numbers import format_currency, get_currency_precision
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from notifications.channels.base import Outgoing
from notifications.channels.segments import Size, measure
from notifications.editor.editing import default_parts
from notifications.editor.samples import noon_of, sample
from notifications.facts import Facts, load_facts
from notifications.kinds.record import EMAIL, SMS
from notifications.languages import spoken
from notifications.languages.texts import Texts
from notifications.models import Message, TextVersion
from notifications.words.contents import contents_of
from notifications.words.rendering import render
from notifications.words.values import values_of
from orders.models import Order, Seller

NEWEST = 500  # orders that are searched for one with such a message
SUGGESTED = 10
DARK = "@media (prefers-color-scheme: dark)"
# The media query is replaced, so that a preview shows light or dark mode on any screen.
SCHEMES = {"light": "@media not all", "dark": "@media all"}
NEW_TAB = '<base target="_blank">'


class Preview(NamedTuple):
    """A message as a mail and as a text message; `order` is None for the sample order.

    `at`: the moment of its event, in whose words a real order is shown. `values`: its variables.
    """

    mail: Outgoing
    text: Outgoing
    size: Size
    order: Order | None
    at: datetime
    values: Mapping[str, Any]

    @property
    def cost(self) -> str:
        """What its text message costs, "" where no price is set."""
        return cost(self.size.segments)


def versions_of(seller: Seller, template: str) -> list[TextVersion]:
    """Load every version of a seller's texts, the newest first."""
    rows = TextVersion.objects.filter(seller=seller, template=template)
    return list(rows.select_related("created_by").order_by("-number"))


def texts_in(version: TextVersion | None, template: str, language: str) -> Texts:
    """Return the texts of a version in a language; the default texts where it has none."""
    parts = version.texts.get(spoken(language)) if version else None
    return Texts(**(parts or default_parts(template, language)))


def preview(facts: Facts, *, language: str, texts: Texts, now: datetime) -> Preview:
    """Render facts with these texts, as a mail and as a text message.

    A message of a real order is put in words as at the moment of its event: later its windows
    would be past, and left out.
    """
    order = facts.order if facts.message.pk else None
    at = facts.message.event.at if order else noon_of(now)
    by_channel = [
        with_texts(facts, channel=channel, language=language, texts=texts)
        for channel in (EMAIL, SMS)
    ]
    mail, text = (render(row, now=at) for row in by_channel)
    values = values_of(by_channel[0], contents_of(by_channel[0]), now=at)
    return Preview(mail, text, measure(text.text), order, at, values)


def cost(segments: int) -> str:
    """Format the cost of SMS segments, "" where no price is set."""
    price, currency = settings.SMS_SEGMENT_PRICE, settings.SMS_SEGMENT_CURRENCY
    if not price:
        return ""
    amount = price * segments / 10 ** get_currency_precision(currency)
    return format_currency(amount, currency, locale=get_language() or "en")


def with_texts(facts: Facts, *, channel: str, language: str, texts: Texts | None) -> Facts:
    """Copy facts with other texts, language or channel; nothing is saved."""
    message = copy(facts.message)
    message.channel, message.language = channel, language
    return replace(facts, message=message, texts=texts)


def facts_of(
    seller: Seller, template: str, *, number: str, language: str, now: datetime
) -> tuple[Facts, bool]:
    """Return (facts of the newest such message or of a sample, whether order `number` has one)."""
    named = _newest(Order.objects.filter(seller=seller, number=number), template) if number else []
    found = named or _newest(_recent(seller), template)
    if found:
        return load_facts(found[:1])[0], bool(named) or not number
    return sample(seller, template, language=language, now=noon_of(now)), not number


def orders_with_message(seller: Seller, template: str) -> list[str]:
    """Return the numbers of the newest orders that have such a message."""
    found = _newest(_recent(seller).select_related(None), template)
    return list(dict.fromkeys(message.order.number for message in found))


def in_scheme(html: str, scheme: str) -> str:
    """Force light or dark mode in the HTML of a mail; links open in a new tab."""
    return NEW_TAB + html.replace(DARK, SCHEMES[scheme])


def _recent(seller: Seller) -> QuerySet[Order]:
    return Order.objects.filter(seller=seller).order_by("-created_at", "-pk")[:NEWEST]


def _newest(orders: QuerySet[Order], template: str) -> list[Message]:
    ids = list(orders.values_list("pk", flat=True))
    rows = Message.objects.filter(
        order__in=ids, template=template, audience=Message.Audience.CUSTOMER
    ).exclude(recipient="")
    return list(rows.select_related("order").order_by("-pk")[:SUGGESTED])
