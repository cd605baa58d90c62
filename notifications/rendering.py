"""Facts in words: the subject, text, HTML or text message of one Message row."""

import re
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from css_inline import CSSInliner
from django.conf import settings
from django.template import engines

from notifications import wording
from notifications.channels.base import Outgoing, one_line
from notifications.channels.segments import fit, measure, plain
from notifications.contents import contents_of
from notifications.corrections import undone_kind
from notifications.digest import COUNTED
from notifications.facts import Facts
from notifications.models import Message
from notifications.models.senders import sender_of
from orders.carriers import CARRIERS
from orders.models import Package, Promise, Seller

FAILURES = {
    "not_home": "nobody was at home",
    "refused": "the parcel was refused",
    "address_wrong": "we could not find the address",
    "damaged": "the parcel was damaged",
}
OUR_NAME = "Fulfillment"
DIGEST = "seller_digest"
LONGEST_SELLER = 24  # characters of a text message that its sender's name may take


def render(facts: Facts, *, now: datetime) -> Outgoing:
    """The message in its final words, as of `now`."""
    message = facts.message
    context = context_of(facts, now=now)
    folder = f"messages/{DIGEST if context['deliveries'] else message.template}"
    is_for_customer = message.audience == Message.Audience.CUSTOMER
    envelope = {
        "key": message.key,
        "recipient": message.recipient,
        "sender_name": one_line(facts.order.seller.name) if is_for_customer else OUR_NAME,
        "sender_address": sender_of(facts.order.seller) if is_for_customer else "",
        "reply_to": one_line(facts.order.seller.support_email) if is_for_customer else "",
    }
    if message.channel == Message.Channel.SMS:
        return Outgoing(text=_text_message(folder, context, message.language), **envelope)
    html = engines["django"].get_template(f"{folder}/body.html").render(context)
    return Outgoing(
        subject=one_line(_text(f"{folder}/subject.txt", context)),
        text=_paragraphs(_text(f"{folder}/body.txt", context)),
        html=_inliner().inline(html),
        **envelope,
    )


def context_of(facts: Facts, *, now: datetime) -> dict[str, Any]:
    """Everything a template may name: texts, numbers and lists of Goods, no rows."""
    order, language = facts.order, facts.message.language
    contents = contents_of(facts)
    boxes = facts.packages or [box for row in facts.shipments for box in row.packages.all()]
    return {
        "language": language,
        "seller": one_line(order.seller.name),
        "support_email": order.seller.support_email,
        "name": one_line(order.first_name),
        "order": _order_label(order.number),
        "link": f"{settings.SITE_URL}/track/{order.token}/",
        "goods": contents.here,
        "earlier": contents.earlier,
        "later": contents.later,
        "is_part": bool(contents.earlier or contents.later),
        "corrects": undone_kind(facts.message.event).partition(".")[2],
        "parcels": max(len(boxes), 1),
        "tracking": [_tracking(box) for box in boxes if box.tracking_number],
        "deliveries": _deliveries(facts, now, language),
        "dashboard": f"{settings.SITE_URL}/dashboard/orders/?status=delivered_today",
        **_promised(facts, now, language),
        **_at_the_door(facts, now, language),
        **_returned(facts, language),
    }


def _promised(facts: Facts, now: datetime, language: str) -> dict[str, str]:
    """`when` for a sentence, `when_short` for a subject: of the promises of these events only."""
    promises = facts.promises if any(line.ships for line in facts.lines) else []
    return {
        "when": wording.joined((_when(row, now, language) for row in promises), language),
        "when_short": wording.joined(
            (_when(row, now, language, is_short=True) for row in promises), language
        ),
    }


def _when(promise: Promise, now: datetime, language: str, *, is_short: bool = False) -> str:
    zone = ZoneInfo(promise.zone)
    today = now.astimezone(zone).date()
    first, last = (moment.astimezone(zone).date() for moment in (promise.earliest, promise.latest))
    if promise.kind == Promise.Kind.SHIPS:
        return wording.day(last, today=today, language=language)
    if promise.kind == Promise.Kind.AT_DOOR:
        return wording.hours(
            promise.earliest, promise.latest, now=now, zone=promise.zone, language=language
        )
    words = wording.days if is_short else wording.between_days
    return words(first, last, today=today, language=language)


def _at_the_door(facts: Facts, now: datetime, language: str) -> dict[str, str]:
    arrived = [box.delivered_at for box in facts.packages if box.delivered_at]
    zone = facts.order.time_zone
    return {
        "courier": wording.joined(
            (one_line(box.courier_name) for box in facts.packages if box.courier_name), language
        ),
        "delivered_at": wording.moment(max(arrived), now=now, zone=zone, language=language)
        if arrived
        else "",
        "received_by": wording.joined(
            (one_line(box.received_by) for box in facts.packages if box.received_by), language
        ),
        "failure": FAILURES.get(str(facts.message.event.data.get("reason", "")), ""),
    }


def _deliveries(facts: Facts, now: datetime, language: str) -> list[dict[str, str]]:
    """A line for each order, where the message speaks of others than its own: a digest."""
    orders: dict[Any, list[Package]] = {}
    for box in facts.packages if facts.message.template == COUNTED else ():
        orders.setdefault(box.order_id, []).append(box)
    if orders.keys() <= {facts.order.pk}:
        return []
    return [_delivery(boxes, now, language) for boxes in orders.values()]


def _delivery(boxes: list[Package], now: datetime, language: str) -> dict[str, str]:
    order = boxes[0].order
    at = max((box.delivered_at for box in boxes if box.delivered_at), default=None)
    names = (one_line(box.received_by) for box in boxes if box.received_by)
    return {
        "order": _order_label(order.number),
        "at": wording.moment(at, now=now, zone=order.time_zone, language=language) if at else "",
        "received_by": wording.joined(names, language),
    }


def _returned(facts: Facts, language: str) -> dict[str, Any]:
    if facts.order_return is None:
        return {}
    return {
        "rma": facts.order_return.number,
        "reason": facts.order_return.get_reason_display(),
        "return_address": _address_of(facts.order.seller, language),
    }


def _address_of(seller: Seller, language: str) -> list[str]:
    house = seller.warehouse
    town = f"{house.postcode} {house.city}".strip()
    country = Locale.parse(language).territories.get(house.country, house.country)
    parts = (seller.name, house.name, house.street, town, country)
    return [one_line(part) for part in parts if part]


def _order_label(number: str) -> str:
    label = one_line(number)
    return f"#{label}" if label.isdecimal() else label


def _tracking(box: Package) -> str:
    carrier = CARRIERS.get(box.carrier)
    return f"{box.tracking_number} ({carrier.name})" if carrier else box.tracking_number


def _text_message(folder: str, context: dict[str, Any], language: str) -> str:
    """One segment if its alphabet allows: first the list of goods shrinks, then the words."""
    context = context | {"seller": wording.cut(context["seller"], LONGEST_SELLER)}
    text = ""
    for goods in wording.short_lists(context["goods"], language):
        text = plain(_text(f"{folder}/sms.txt", context | {"goods": goods}))
        if measure(text).segments == 1:
            return text
    return fit(text)


def _text(name: str, context: dict[str, Any]) -> str:
    return engines["text"].get_template(name).render(context)


def _paragraphs(text: str) -> str:
    """A text whose templates leave blank lines and ends of lines as they fall."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


@cache
def _inliner() -> CSSInliner:
    # Style rules for the dark stay in the head: an attribute cannot hold them.
    return CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
