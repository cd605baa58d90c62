"""The variables of a text: their names, and their values from the facts of a message."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from notifications.channels.base import one_line
from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.kinds.record import Dates
from notifications.kinds.undoable import undone_kind
from notifications.languages import phrases
from notifications.models import Message
from notifications.words import wording
from notifications.words.contents import (
    Contents,
    names_no_missing,
    refund_of,
    some_stay,
    waits_for_all,
)
from notifications.words.reports import reported_values
from notifications.words.returned import refund_is_told_elsewhere, returned_values
from orders.carriers import CARRIERS, OWN
from orders.models import Hold, Package, Promise, Refund
from orders.returns.policy import last_day_on_page, local_day
from orders.states import PackageStatus, RefundStatus
from orders.wishes.points import open_hours

LONGEST_VALUE = 16_000  # characters: some hundred lines of a digest, a quarter of a text's limit

# Name -> its meaning, for authors of texts. What does not apply is empty and false.
VARIABLES = {
    "seller": "The name of the shop.",
    "support_email": "The support e-mail address of the shop.",
    "name": "The customer's first name.",
    "order": "The order number.",
    "link": "The link to the tracking page.",
    "goods": "The products this message is about, in one line.",
    "waiting": "The products on backorder, in one line.",
    "is_part": "True if the message is about part of the order.",
    "all_waits": "True if nothing in the order is in stock.",
    "incomplete": "True if the order ships all or nothing, and not everything is in stock yet.",
    "together": "True if nothing is shipped until everything is in stock.",
    "later": "True if part of the order arrives later.",
    "nothing_ships": "True if nothing in the order needs shipping.",
    "parcels": "The number of parcels this message is about.",
    "when": "The promised date or delivery window, for a sentence.",
    "when_short": "The same, shorter, for a subject or text message.",
    "former_when": "The previously promised date or delivery window.",
    "former_when_short": "The same, shorter.",
    "hold": "Why the order cannot ship yet, in a sentence or two; empty if nothing stops it.",
    "date_follows": "True if the order is on hold and gets its date once it can ship.",
    "has_new_date": "True if a broken promise was replaced by a new one.",
    "done_late": "True if what was promised has been shipped or has arrived, later than promised.",
    "new_day": "The day on which what was not delivered comes again, once it is set.",
    "rest_when": "When the rest of the order is expected, without what is on backorder.",
    "earlier": "True if the new date is earlier than the previous one.",
    "ships": "True if the promise is about shipping, not arrival.",
    "cause": "Why a promised date changed.",
    "courier": "The first name of the courier.",
    "delivered_at": "When the parcel was delivered.",
    "received_by": "Who received the parcel, or where it was left.",
    "neighbour": "True if a neighbour received the parcel.",
    "safe_place": "True if the parcel was left in a safe place.",
    "can_return": "True if the tracking page takes a return of it.",
    "can_choose": "True if the tracking page takes a neighbour or a safe place now.",
    "has_place": "True if the customer has chosen a neighbour, a safe place or a pickup point.",
    "to_point": "The pickup point that the customer has chosen.",
    "can_correct": "True if the tracking page takes the right address after one was not found.",
    "can_choose_day": "True if the tracking page takes another day now.",
    "failure": "Why the delivery attempt failed.",
    "problem": "The same as a code: not_home, refused, address_wrong or damaged.",
    "place": "The pickup point.",
    "open_hours": "When the pickup point is open.",
    "until": "The last day to collect the parcel.",
    "tracking": "The tracking numbers and carriers.",
    "happened_at": "When it happened.",
    "town": "The town of the delivery address.",
    "replaces": "The number of the order for which this one is a replacement.",
    "unpaid": "True if the order was cancelled before anything was paid for it.",
    "exchanges": "The number of the order of which this one is in exchange for products.",
    "report": "What the customer reported, in words.",
    "answer": "The shop's answer as a code: replacement, refund, return or words.",
    "answer_words": "What the shop wrote with its answer.",
    "replacement": "The number of the order in which it is sent again.",
    "rma": "The return number.",
    "reason": "The customer's reason for the return.",
    "decide_by": "The day by which the shop decides about a return, while that is ahead.",
    "return_address": "The address for returns.",
    "postage": "Who pays for sending a return back, as a code: seller or customer.",
    "return_label": "The label of a return, as a code: ready (it is on the tracking page), asked "
    "(it is being made) or unused (the return expired, and its carrier had reported no parcel).",
    "return_tracking": "The tracking number and carrier of that label.",
    "fee": "The amount that the shop deducts from a refund of a return.",
    "wish": "What the customer wants for a return, as a code: refund, exchange, part (the rest is "
    "refunded), credit, both (exchange, and credit for the rest) or repair.",
    "wishes": "What the customer wants for each product of a return, a line each, where one is "
    "exchanged and others are not, or for something else.",
    "new_order": "The number of the order with what the customer gets in exchange for a return.",
    "new_goods": "What that is, in one line.",
    "comment": "What the customer wrote about a return, for the shop alone.",
    "costs_more": "True if that costs more than what is returned, and waits for the shop.",
    "refusal": "Why the shop does not accept a return, as it wrote it.",
    "exchange_order": "The number of the order that is sent in exchange, not waiting for a return.",
    "back_by": "The day by which such a return has to come.",
    "hand_in_by": "The last day to hand the parcel of a return in, while it is awaited or expired.",
    "restocked": "The returned products that are in stock again, in one line.",
    "written_off": "The returned products that were written off, in one line.",
    "sent_back": "The returned products that go back to the customer.",
    "accepted": "The returned products that were accepted, without those that are exchanged.",
    "swapped": "The returned products that are exchanged.",
    "used": "The returned products that came back used.",
    "damaged": "The returned products that came back damaged.",
    "has_photo": "True if the tracking page shows photos of these.",
    "differences": "What differs in a return and what was decided about it, a line each.",
    "unsent": "The returned products that do not go back to the customer after all.",
    "repaired": "The returned products that are repaired, and go back to the customer.",
    "unrepaired": "The returned products that could not be repaired.",
    "repair_words": "What the shop wrote about that.",
    "refund": "The amount that the shop pays back for a return, until it has paid it.",
    "refund_by": "The day until which it is paid back, if the shop has named one.",
    "refund_due": "True if a return is refunded, and the amount is not told.",
    "no_refund": "True if nothing of a return is left to refund: a fee or a discount took it.",
    "refund_credit": "True if it is paid back as store credit.",
    "credit_code": "The code of that store credit, once it is issued.",
    "refunded": "The amount that the shop has paid back for a return.",
    "corrects": "What is corrected: delivered, collected, attempt_failed, at_pickup_point, "
    "returning, handed_over, ready, packed, cancelled or lines_cancelled.",
    "count": "The number of deliveries in a digest.",
    "deliveries": "The deliveries in a digest.",
}
NOTHING: dict[str, Any] = dict.fromkeys(VARIABLES)


def values_of(facts: Facts, contents: Contents, *, now: datetime) -> dict[str, Any]:
    """Compute every variable of VARIABLES; None for what does not apply."""
    order, language = facts.order, facts.message.language
    known = {
        "seller": one_line(order.seller.name),
        "support_email": order.seller.support_email,
        "name": one_line(order.first_name),
        "order": wording.order_label(order.number, language),
        "link": f"{settings.SITE_URL}/track/{order.token}/",
        "goods": wording.listed(contents.here, language),
        "waiting": wording.listed(contents.waiting, language),
        "is_part": _is_part(contents) or some_stay(facts),
        "all_waits": not contents.here,
        "incomplete": names_no_missing(facts),
        "together": waits_for_all(facts),
        "later": bool(contents.later or contents.waiting),
        "nothing_ships": not any(line.ships for line in facts.lines),
        "parcels": max(contents.parcels or len(facts.boxes), 1),
        "corrects": _corrected(facts),
        "tracking": "\n".join(tracking_of(facts.boxes, language)),
        "hold": wording.hold(facts.holds, language),
        "date_follows": bool(facts.holds) and Hold.Reason.PICKUP not in facts.holds,
        **_digested(facts, now, language),
        **_promised(facts, contents, now, language),
        "can_return": _can_return(facts, now),
        # It takes a code by e-mail.
        "can_choose": bool(facts.chances and facts.chances.door and order.mailable),
        "has_place": bool(facts.chances and facts.chances.has_place),
        "to_point": _each_once([facts.chances.point] if facts.chances else [], language),
        "can_correct": bool(order.mailable and not facts.shared_with),
        "can_choose_day": bool(facts.chances and facts.chances.days),
        **_at_the_door(facts, now, language),
        **_refund(facts, now, language),
        **returned_values(facts, now, language),
        **reported_values(facts, language),
        "happened_at": wording.moment(
            facts.message.event.at, now=now, zone=order.time_zone, language=language
        ),
        "town": one_line(order.city),
        "replaces": wording.order_label(facts.replaces, language) if facts.replaces else "",
        "unpaid": "unpaid" in facts.message.event.data,
        "exchanges": wording.order_label(facts.exchanges, language) if facts.exchanges else "",
    }
    found = NOTHING.copy()
    for name, value in known.items():
        if not value:
            continue
        # No text alone may pass the limit of a template.
        is_long = isinstance(value, str) and len(value) > LONGEST_VALUE
        found[name] = wording.cut(value, LONGEST_VALUE) or None if is_long else value
    return found


def _is_part(contents: Contents) -> bool:
    """Whether units of the order are not in these parcels, wherever they are."""
    lists = (contents.earlier, contents.later, contents.waiting, contents.to_fetch)
    return any(lists) or contents.lacks_units


def _corrected(facts: Facts) -> str:
    """Return what a correction corrects; "collected" for a parcel still at a pickup point."""
    undone = undone_kind(facts.message.event).partition(".")[2]
    waits = any(box.status == PackageStatus.AT_PICKUP_POINT for box in facts.packages)
    return "collected" if undone == "delivered" and waits else undone


def tracking_of(boxes: Iterable[Package], language: str) -> list[str]:
    """Return `00340434… (DHL)` for each box that has a tracking number."""
    return [_tracking(box, language) for box in boxes if box.tracking_number]


def _tracking(box: Package, language: str) -> str:
    carrier = CARRIERS.get(box.carrier)
    number = wording.isolated(box.tracking_number, language)
    if carrier is None:
        return number
    name = phrases(language).own_couriers if box.carrier == OWN else carrier.name
    return f"{number} ({name})"


def shared_in_words(facts: Facts, language: str) -> list[str]:
    """Return the line that names the other orders of the customer in the same box, if any."""
    if not facts.shared_with or facts.message.audience != Message.Audience.CUSTOMER:
        return []
    numbers = wording.joined(
        (wording.order_label(number, language) for number in facts.shared_with), language
    )
    return [phrases(language).shared_parcel.format(orders=numbers)]


def goes_back_in_words(facts: Facts, language: str) -> list[str]:
    """Return the line that says of which order and return this is what comes back, if it is."""
    if facts.goes_back is None or facts.message.audience != Message.Audience.CUSTOMER:
        return []
    end, order, rma = facts.goes_back
    text, number = phrases(language).goes_back[end], wording.isolated(rma, language)
    return [text.format(order=wording.order_label(order, language), rma=number)]


def _digested(facts: Facts, now: datetime, language: str) -> dict[str, Any]:
    """Return a line for each order of a digest; nothing where the message is about one order."""
    orders: dict[Any, list[Package]] = {}
    for box in facts.packages if kind_of(facts.message.template).digest else ():
        orders.setdefault(box.order_id, []).append(box)
    if orders.keys() <= {facts.order.pk}:
        return {}
    lines = [_delivery(boxes, now, language) for boxes in orders.values()]
    return {"count": len(lines), "deliveries": "\n".join(lines)}


def _delivery(boxes: list[Package], now: datetime, language: str) -> str:
    """Return `- #1001, 12:00 today: Grace`, in the local time of the delivery."""
    order = boxes[0].order
    at = max((box.delivered_at for box in boxes if box.delivered_at), default=None)
    said = [wording.order_label(order.number, language)]
    if at:
        said.append(wording.moment(at, now=now, zone=order.time_zone, language=language))
    line = f"- {phrases(language).separator.join(said)}"
    names = _each_once((box.received_by for box in boxes), language)
    return f"{line}: {names}" if names else line


def _promised(facts: Facts, contents: Contents, now: datetime, language: str) -> dict[str, Any]:
    """Return the variables of promises of these events; no window that is past."""
    promises = [row for row in facts.promises if _is_stated(row, facts, now)]

    def said(rows: Sequence[Promise], *, is_short: bool) -> str:
        if not rows:
            return ""
        return wording.joined((_said(row, facts, now, is_short=is_short) for row in rows), language)

    cause = str(facts.message.event.data.get("reason", ""))
    is_earlier = _is_earlier(promises, facts.former)
    return {
        "earlier": is_earlier,
        "when": said(promises, is_short=False),
        "when_short": said(promises, is_short=True),
        "former_when": said(facts.former, is_short=False),
        "former_when_short": said(facts.former, is_short=True),
        "rest_when": said(facts.rest[-1:] if contents.later else [], is_short=False),
        "has_new_date": facts.has_new_date,
        "done_late": bool(facts.promises) and all(row.done_at for row in facts.promises),
        "new_day": _when(facts.again, now, language, is_short=True) if facts.again else "",
        "ships": any(row.kind == Promise.Kind.SHIPS for row in promises or facts.former),
        "cause": "" if is_earlier else phrases(language).causes.get(cause, ""),
    }


def _is_earlier(promises: Sequence[Promise], former: Sequence[Promise]) -> bool:
    """Whether all that was promised comes no later than it was to: news, and no delay."""
    if not promises or not former:
        return False
    return max(row.latest for row in promises) <= max(row.latest for row in former)


def _is_stated(promise: Promise, facts: Facts, now: datetime) -> bool:
    """Whether a message states a promise: a past one only if the message is about dates."""
    if not any(line.ships for line in facts.lines):
        return False
    if facts.message.event.kind.startswith("promise.") or _is_of_tomorrow(facts):
        return True
    return promise.latest > now


def _is_of_tomorrow(facts: Facts) -> bool:
    return kind_of(facts.message.template).dates is Dates.EVE


def _said(promise: Promise, facts: Facts, now: datetime, *, is_short: bool) -> str:
    """Format the window of a promise; in messages of the evening before, its day."""
    language = facts.message.language
    if _is_of_tomorrow(facts) and promise.kind == Promise.Kind.ARRIVES:
        today = now.astimezone(ZoneInfo(promise.zone)).date()
        return wording.on_day(promise.local_on, today=today, language=language)
    return _when(promise, now, language, is_short=is_short)


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


def _at_the_door(facts: Facts, now: datetime, language: str) -> dict[str, Any]:
    arrived = [box.delivered_at for box in facts.packages if box.delivered_at]
    zone = facts.order.time_zone
    data = facts.message.event.data
    problem, today = _problem(facts), local_day(facts.order, now)
    return {
        # To a pickup point nobody comes to the door.
        "courier": ""
        if facts.chances and facts.chances.point
        else _each_once((box.courier_name for box in facts.packages), language),
        "delivered_at": wording.moment(max(arrived), now=now, zone=zone, language=language)
        if arrived
        else "",
        "received_by": _each_once((box.received_by for box in facts.packages), language),
        "neighbour": data.get("to") == "neighbour",
        "safe_place": data.get("to") == "safe_place",
        "failure": phrases(language).failures.get(problem, ""),
        "problem": problem,
        "place": _each_once((box.pickup_point for box in facts.packages), language),
        "open_hours": "; ".join(open_hours(row.hours, language) for row in facts.points),
        "until": wording.day(date.fromisoformat(data["until"]), today=today, language=language)
        if data.get("until")
        else "",
    }


def _problem(facts: Facts) -> str:
    """Return why it could not be delivered; on its way back, why the last attempt failed."""
    if facts.message.event.kind == "package.returning":
        return next((box.failure for box in facts.packages if box.failure), "")
    return str(facts.message.event.data.get("reason", ""))


def _can_return(facts: Facts, now: datetime) -> bool:
    """Whether the tracking page takes a return of these parcels."""
    arrived = max((box.delivered_at for box in facts.packages if box.delivered_at), default=None)
    last_day = last_day_on_page(facts.order, arrived)
    return last_day is not None and local_day(facts.order, now) <= last_day


def _each_once(texts: Iterable[str], language: str) -> str:
    found = [one_line(text) for text in texts if text]
    return wording.joined(found, language) if found else ""


def _refund(facts: Facts, now: datetime, language: str) -> dict[str, Any]:
    """What is owed, or was paid, for a return; who gets a gift need not know what it cost."""
    owed = refund_of(facts)
    if owed is None or facts.order.is_gift or refund_is_told_elsewhere(facts):
        return {}
    # Of what fell to nothing since, the seller decides.
    is_told = owed.is_exact and owed.amount > 0 and owed.status == RefundStatus.OWED
    by = owed.promise if is_told else None
    by = by if by and by.is_open and by.latest > now else None
    today = local_day(facts.order, now)
    return {
        "refund": wording.money(owed.amount, owed.currency, language) if is_told else "",
        "refund_by": wording.day(by.local_on, today=today, language=language) if by else "",
        # Of what the shop did by itself nobody has said how.
        "refund_credit": owed.method == Refund.Method.CREDIT and (is_told or bool(owed.is_by_hand)),
        "credit_code": wording.isolated(owed.credit_code, language) if owed.credit_code else "",
        "refunded": wording.money(owed.paid, owed.currency, language) if owed.paid else "",
    }
