"""Services in words: what they take and where they go, and what was found for an address."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.translation import get_language

from fulfillment.dashboard.rule_forms import amount
from notifications.words import wording
from orders.access import Viewer
from orders.carriers import CARRIERS, OWN
from orders.models import Hold, Seller, Service
from orders.promises.explaining import Explained, explain
from orders.promises.windows import first_day
from orders.promises.working_days import Span
from orders.services.editing import services_of
from orders.services.known import offer_of, offers_of
from orders.services.reach import REST_OF_WORLD, Goal, Look, Offer, Place, Size, country_name, where
from orders.words import inside, say, say_count
from orders.words.writing import figure, grouped, listed

MOST_NAMED = 6  # postcodes of a destination; more are counted


class ShownService(NamedTuple):
    """A service in words; `row` is None of the one with which a seller begins."""

    row: Service | None
    name: str
    is_active: bool
    about: str
    goals: Sequence[tuple[str, str]]  # where, and in how many days


class ShownSeller(NamedTuple):
    """A seller with the services, how many orders none of them takes, and what none reaches."""

    seller: Seller
    services: Sequence[ShownService]
    has_rows: bool
    waiting: int
    has_world: bool


class TriedStep(NamedTuple):
    """A step of the way to a promise: what was looked at, and what was found."""

    title: str
    text: str
    is_met: bool = True


class Tried(NamedTuple):
    """What was found for an address."""

    place: str
    promise: str  # empty: it would wait on hold
    refusal: str
    steps: Sequence[TriedStep]


def shown_services(viewer: Viewer, sellers: Iterable[Seller]) -> list[ShownSeller]:
    """The services of each seller, in order."""
    held = Hold.objects.visible_to(viewer).filter(
        reason=Hold.Reason.NO_SERVICE, released_at__isnull=True
    )
    counted = held.order_by().values("seller").annotate(number=Count("order", distinct=True))
    waiting: dict[UUID, int] = dict(counted.values_list("seller", "number"))
    return [_seller(seller, waiting.get(seller.pk, 0)) for seller in sellers]


def _seller(seller: Seller, waiting: int) -> ShownSeller:
    has_rows = seller.services_version is not None
    if has_rows:
        rows = [(row, offer_of(row, list(row.destinations.all()))) for row in services_of(seller)]
        shown = [_shown(seller, row, offer) for row, offer in rows]
        active = [offer for row, offer in rows if row.is_active]
    else:
        active = list(offers_of(seller))
        shown = [_shown(seller, None, offer) for offer in active]
    has_world = any(
        goal.country == REST_OF_WORLD and goal.days for offer in active for goal in offer.goals
    )
    return ShownSeller(seller, shown, has_rows, waiting, has_world)


def _shown(seller: Seller, row: Service | None, offer: Offer) -> ShownService:
    about = " · ".join(_about(seller, offer))
    goals = [(_goal(goal), _days(goal)) for goal in offer.goals]
    name = offer.name if row else say(offer.name)
    return ShownService(row, name, row is None or row.is_active, about, goals)


def _about(seller: Seller, offer: Offer) -> Iterator[str]:
    known = CARRIERS.get(offer.carrier)
    if known:
        yield say(known.name)
    elif set(CARRIERS) == {OWN}:
        yield say(
            "Carrier chosen when it is packed: with own couriers alone, only where they drive"
        )
    else:
        yield say("Carrier chosen when it is packed")
    yield say(Service.Days(offer.days).label)
    hour = f"{seller.warehouse.cut_off_hour:02}:00"
    yield say("Cut-off {hour}", hour=offer.cut_off.strftime("%H:%M") if offer.cut_off else hour)
    if offer.most_units is not None:
        n = offer.most_units
        yield say_count(n, "up to {n} unit", "up to {n} units", n=grouped(n))
    if offer.most_grams is not None:
        yield say("up to {grams} g", grams=grouped(offer.most_grams))
    if offer.most_value is not None:
        value = figure(amount(offer.most_value, offer.currency))
        yield say("up to {value} {currency}", value=value, currency=offer.currency)


def _goal(goal: Goal) -> str:
    named = ", ".join(goal.postcodes[:MOST_NAMED])
    number = len(goal.postcodes) - MOST_NAMED
    if number > 0:
        named = say("{named} and {number} more", named=named, number=number)
    country = country_name(goal.country)
    return f"{country} {named}" if named else country


def _days(goal: Goal) -> str:
    if goal.days is None:
        return say("Not served")
    low, high = goal.days
    if low == high:
        return say_count(high, "{n} day", "{n} days", n=high)
    return say_count(high, "{low} to {high} days", "{low} to {high} days", low=low, high=high)


def tried_address(seller: Seller, place: Place, size: Size, moment: datetime) -> Tried:
    """What an order to an address that comes at this moment would be promised, and why."""
    found = explain(seller, place, size, moment)
    steps = [
        TriedStep(_name(look.offer), look.why_not or _reached(look), not look.why_not)
        for look in found.looks
    ]
    promise = ""
    if found.leaves and found.arrives:
        today = moment.date()
        steps += _dated(seller, found, found.leaves, found.arrives, moment)
        promise = say("Arrives {span}", span=_span(found.arrives, today))
    return Tried(where(place), promise, found.refusal, steps)


def _reached(look: Look) -> str:
    return f"{_goal(look.goal)}: {inside(_days(look.goal))}." if look.goal else ""


def _dated(
    seller: Seller, found: Explained, leaves: Span, arrives: Span, moment: datetime
) -> Iterator[TriedStep]:
    today = moment.date()
    zone = seller.warehouse.time_zone
    hour = moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    ordered = say(
        "{day}, {hour} in {zone}: {cut_off}.",
        day=_day(today, today),
        hour=hour,
        zone=zone,
        cut_off=_cut_off(found),
    )
    yield TriedStep(say("Ordered"), ordered)
    yield TriedStep(say("Leaves the warehouse"), f"{_span(leaves, today)}.")
    if found.rests:
        named = [f"{_day(on, today)} ({country_name(at)})" for on, at in found.rests]
        yield TriedStep(say("Public holidays on the way"), f"{listed(named)}.")
    days = say(Service.Days(found.terms.days).label) if found.terms else ""
    if found.rests:
        days = say("{days}, without public holidays", days=days)
    told = "{span}, in {zone}. It counts: {days}."
    arrival = say(told, span=_span(arrives, today), zone=arrives.zone, days=days)
    yield TriedStep(say("Arrives"), arrival)


def _cut_off(found: Explained) -> str:
    """Whether it can leave on the day of the order, and why it cannot."""
    terms = found.terms
    if terms is None or not found.is_open:
        return say("the warehouse is closed on this day")
    hour = terms.cut_off.strftime("%H:%M") if terms.cut_off else f"{terms.cut_off_hour:02}:00"
    told = "before the cut-off at {hour}" if found.is_in_time else "after the cut-off at {hour}"
    return say(told, hour=hour)


def _span(span: Span, today: date) -> str:
    first, last = first_day(span), span.local_on
    if first == last:
        return _day(last, today)
    return say("{first} to {last}", first=_day(first, today), last=_day(last, today))


def _day(on: date, today: date) -> str:
    return wording.day(on, today=today, language=get_language() or "en")


def _name(offer: Offer) -> str:
    """What the seller calls it; that of the beginning is named by the portal."""
    return offer.name if offer.id else say(offer.name)
