"""Edit the fields of an order: address, contact, contents, handling, while they still matter."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orders.carriers import OWN
from orders.errors import DomainError, InvalidInput, status_of
from orders.events.recording import record
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.erasing import PERSONAL
from orders.lifecycle.fingerprint import (
    ADDRESS,
    CONTACT,
    CONTENTS,
    EDITABLE,
    HANDLING,
    refuse_outdated,
)
from orders.lifecycle.holds import (
    NEEDS_ADDRESS,
    follow_service,
    release_hold,
    release_shipments,
)
from orders.lifecycle.label_requests import discard_labels
from orders.lifecycle.together import leave_for_address
from orders.lifecycle.transitions import lock_order
from orders.models import Event, Hold, Order, OrderLine, Package, Shipment, User, Wish
from orders.services.choosing import choose_again, name_of
from orders.states import (
    PACKAGE_IN_HOUSE,
    PACKAGE_UNDER_WAY,
    SHIPMENT_NOT_BEGUN,
    SHIPMENT_TO_SEND,
    OrderStatus,
    PackageStatus,
    ShipmentStatus,
    ShippingRule,
)
from orders.values.contacts import email, phone
from orders.values.counts import whole
from orders.values.places import language
from orders.values.postal import delivery_country, postcode
from orders.values.problems import Problems
from orders.values.texts import NOTE, PERSON, SHORT, STREET, lines, one_line
from orders.values.unfit import Unfit
from orders.words import predicate, say, state
from orders.zones import zone_of

MOST_PRIORITY = 100
LONGEST = {"customer_name": PERSON, "buyer_name": PERSON, "street": STREET, "note": NOTE}
NEEDED = ("street", "city", "country")
DOOR = {"street", "postcode", "city", "region", "country"}


@transaction.atomic(savepoint=False)
def edit_order(
    order: Order,
    changes: Mapping[str, Any],
    *,
    actor: User | None,
    reason: str = "",
    seen: str = "",
    origin: str = "",
) -> Order:
    """Change fields of an order, {name of EDITABLE: value}; the others stay.

    `seen` is the fingerprint of what a page had shown; `origin` is BY_CUSTOMER where the customer
    changed them. Raises InvalidInput with the problems by field, Outdated, or DomainError where a
    field can no longer change or nothing is different.
    """
    order = lock_order(order.pk)
    refuse_outdated(order, seen)
    new = differences(order, changes)
    if not new:
        raise DomainError(say("Nothing of order {order} was changed.", order=order))
    fixed = fixed_fields(order)
    if refusal := next((fixed[name] for name in new if name in fixed), ""):
        raise DomainError(refusal)
    if refusal := why_not_together(order, new.get("ships_as", "")):
        raise InvalidInput([("ships_as", refusal)])
    return write_fields(order, new, "edited", actor=actor, reason=reason, origin=origin)


def differences(order: Order, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from what the order has, as they are kept. Raises InvalidInput."""
    if unknown := set(changes) - set(EDITABLE):
        raise ValueError(f"An order has no field to edit named {', '.join(sorted(unknown))}.")
    problems = Problems()
    country = str(changes.get("country", order.country)).strip().upper()
    kept = {
        name: problems.kept(name, _reader(name, country), value, getattr(order, name))
        for name, value in changes.items()
        if value != getattr(order, name)  # an e-mail address that came in as none may stay
    }
    new = {name: value for name, value in kept.items() if value != getattr(order, name)}
    if new.keys() & set(ADDRESS):
        _check_address(order, new, problems)
    problems.refuse()
    return new


def fixed_fields(order: Order) -> dict[str, str]:
    """{field: why it can no longer change}."""
    units = OrderLine.objects.filter(order=order, ships=True)
    to_send = units.filter(ordered__gt=F("cancelled") + F("shipped")).exists()
    to_pack = to_send and units.filter(ordered__gt=F("cancelled") + F("packed")).exists()
    boxes = Package.objects.filter(order=order).exclude(status=PackageStatus.CANCELLED)
    is_labelled = boxes.exclude(tracking_number="").exists()
    present = say("Order {order} is {status}", order=order, status=predicate(state(order)))
    fixed: dict[str, str] = {}
    if needs_correction(order):
        pass  # the parcel is with us until it has the right one
    elif is_labelled:
        text = say(
            "Order {order} already has a label: its address can no longer change.", order=order
        )
        fixed |= dict.fromkeys(ADDRESS, text)
    elif not to_send:
        fixed |= dict.fromkeys(
            ADDRESS, say("{present}: its address can no longer change.", present=present)
        )
    if not to_pack:
        packed = present if not to_send else say("Order {order} is packed", order=order)
        fixed |= dict.fromkeys(
            CONTENTS, say("{present}: gift and note can no longer change.", present=packed)
        )
    if not to_send:
        fixed |= dict.fromkeys(
            HANDLING, say("{present}: there is no more work to put first.", present=present)
        )
    if order.status == OrderStatus.CANCELLED or _is_erased(order):
        fixed |= dict.fromkeys(
            CONTACT, say("{present}: its contact can no longer change.", present=present)
        )
    return fixed


def needs_correction(order: Order) -> bool:
    """Whether all that is still to arrive is with our couriers, who did not find the address.

    No label leads these: whoever plans their next run reads the address of the order.
    """
    to_come = Package.objects.filter(order=order, status__in=PACKAGE_IN_HOUSE + PACKAGE_UNDER_WAY)
    labelled = to_come.exclude(tracking_number="")
    found = list(labelled.values_list("status", "failure", "carrier"))
    wrong = (PackageStatus.ATTEMPT_FAILED, Package.Failure.ADDRESS_WRONG, OWN)
    return bool(found) and all(row == wrong for row in found)


def was_corrected(order_id: Any) -> bool:
    """Whether the address was changed since our courier did not find it."""
    events = Event.objects.filter(order=order_id)
    failed = events.filter(kind="package.attempt_failed").order_by("-at").first()
    return failed is not None and any(
        {*ADDRESS} & {*event.data.get("fields", ())}
        for event in events.filter(kind="order.edited", at__gt=failed.at).order_by("at")
    )


def why_not_together(order: Order, rule: str) -> str:
    """Why a locked order cannot wait for all its units: a part of it is on its way out already."""
    if rule in ("", ShippingRule.AS_AVAILABLE):
        return ""
    on_its_way = Shipment.objects.filter(order=order, status__in=SHIPMENT_TO_SEND)
    begun = on_its_way.exclude(status=ShipmentStatus.PLANNED).order_by("number").first()
    units = OrderLine.objects.filter(order=order, ships=True)
    lacks = units.filter(ordered__gt=F("allocated") + F("cancelled"))
    if begun is None or not lacks.exists():
        return ""
    return say(
        "Shipment {begun} {is_begun}: this part ships before the rest. To stop it, put the "
        "order on hold instead.",
        begun=begun,
        is_begun=status_of(begun),
    )


def write_fields(
    order: Order,
    new: Mapping[str, Any],
    what: str,
    *,
    actor: User | None,
    reason: str = "",
    origin: str = "",
) -> Order:
    """Write checked values to a locked order, with the event and all that follows from them."""
    before = {name: getattr(order, name) for name in new}
    for name, value in new.items():
        setattr(order, name, value)
    if "country" in new:
        warehouse = order.seller.warehouse
        order.time_zone = zone_of(order.country, warehouse.country, warehouse.time_zone)
    is_moved = bool(new.keys() & set(ADDRESS))
    is_chosen = is_moved and not needs_correction(order)  # else it goes as it was sent
    refusal, chosen = _choose(order) if is_chosen else ("", {})
    order.save(update_fields=[*new, "time_zone", "service"])
    if is_moved:
        # Requests with the old address.
        discard_labels(Package.objects.filter(order=order, tracking_number=""))
        leave_for_address(order.pk, actor=actor)
    if new.keys() & DOOR:
        _end_place_wishes(order)
    if "priority" in new:
        waiting = Shipment.objects.filter(order=order, status__in=SHIPMENT_NOT_BEGUN)
        waiting.update(priority=order.priority)
    open_values = [name for name in new if name not in PERSONAL]
    event = Event.of(
        order,
        what,
        actor=actor,
        fields=sorted(new),
        before={name: before[name] for name in open_values},
        after={name: new[name] for name in open_values},
        **chosen,
        **({"origin": origin} if origin else {}),
    )
    record([event])
    texts = {name: (before[name], new[name]) for name in new if name in PERSONAL}
    keep_changes(order, event, texts, reason=reason)
    if "ships_as" in new:
        release_shipments([order.pk], actor=actor)
    if order.has_address:
        _follow_address(order, refusal if is_chosen else None, actor)
    return Order.objects.get(pk=order.pk)


def _follow_address(order: Order, refusal: str | None, actor: User | None) -> None:
    """End holds for want of an address; hold an order that no service takes to a new one."""
    missing = Hold.objects.filter(order=order, reason__in=NEEDS_ADDRESS)
    for hold in missing.filter(released_at__isnull=True):
        release_hold(hold, actor=actor)
    if refusal is not None:
        follow_service(order, refusal, actor=actor)


def _end_place_wishes(order: Order) -> None:
    """Neighbour, safe place and pickup point are near the former address."""
    kinds = (Wish.Kind.NEIGHBOUR, Wish.Kind.SAFE_PLACE, Wish.Kind.PICKUP)
    wishes = Wish.objects.filter(order=order, kind__in=kinds, ended_at__isnull=True)
    wishes.update(ended_at=timezone.now(), end=Wish.End.SUPERSEDED)


def _choose(order: Order) -> tuple[str, dict[str, Any]]:
    """(why no service takes the order to its new address, what its event says of another one)."""
    former = order.service
    if not order.has_address:
        return "", {}
    refusal = choose_again(order)
    if order.service == former:
        return refusal, {}
    return refusal, {"service": {"before": name_of(former), "after": name_of(order.service)}}


def _is_erased(order: Order) -> bool:
    return Event.objects.filter(order=order, kind="order.erased").exists()


def _check_address(order: Order, new: Mapping[str, Any], problems: Problems) -> None:
    """Add what the whole address lacks, where it changes: one cannot be taken away again."""
    address = {name: new.get(name, getattr(order, name)) for name in ADDRESS}
    for name in NEEDED:
        if not address[name] and name not in problems:
            problems.add(name, "needed for a parcel")
    if "country" not in problems and "postcode" not in problems:
        country = address["country"]
        problems.kept("country", delivery_country, country, "")
        problems.kept("postcode", lambda text: postcode(text, country), address["postcode"], "")


def _reader(name: str, country: str) -> Callable[[Any], Any]:
    """How a value of this field is kept."""
    readers: dict[str, Callable[[Any], Any]] = {
        "email": lambda text: email(text.strip()),
        "phone": lambda text: _phone(text, country),
        "language": _language,
        "country": delivery_country,
        "is_gift": bool,
        "ships_as": ShippingRule,
        "priority": lambda value: whole(value, least=-MOST_PRIORITY, most=MOST_PRIORITY),
    }
    return readers.get(name) or (lambda text: _text(name, text))


def _text(name: str, text: str) -> str:
    kept = lines(text) if name == "street" else one_line(text)
    most = LONGEST.get(name, SHORT)
    if len(kept) > most:
        raise Unfit(say("expected at most {most} characters", most=most))
    return kept


def _phone(text: str, country: str) -> str:
    number = phone(text, country)
    if text.strip() and not number:
        raise Unfit(say("expected a phone number like +4915112345678"))
    return number


def _language(text: str) -> str:
    if not text:
        raise Unfit(say("expected a language like en or de-AT"))
    return language(text)
