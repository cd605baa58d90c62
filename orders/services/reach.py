"""Which destination of a service an address is, and what a service takes: pure functions."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import get_language

from orders.carriers import CARRIERS, OWN
from orders.models import Seller, Service
from orders.values.places import countries
from orders.values.postcodes import plain_postcode, specificity
from orders.values.texts import one_line
from orders.words import say, say_later
from orders.words.writing import grouped

# Instead of a country: where no destination of the service names the country itself.
REST_OF_EU, REST_OF_WORLD = "EU", "*"
NOBODY_GOES = say_later("Our own couriers do not drive there, and no other carrier is connected.")
OTHERS_GO = say_later("Own couriers drive there from another warehouse only.")
EUROPEAN_UNION = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip


class Goal(NamedTuple):
    """A destination of a service; `days` of transit from and to, None: it is not served."""

    country: str
    postcodes: tuple[str, ...]
    days: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as new orders meet it; `id` is None of the one that every seller begins with."""

    id: str | None
    name: str
    carrier: str
    days: str
    cut_off: time | None
    goals: tuple[Goal, ...]
    most_grams: int | None = None
    most_units: int | None = None
    most_value: int | None = None
    currency: str = ""


class Place(NamedTuple):
    """Where an order goes."""

    country: str
    postcode: str
    city: str = ""


class Start(NamedTuple):
    """The countries of the warehouses that it may leave, and those of the seller's others.

    Where another warehouse of the seller is, its own couriers drive, and nobody comes from abroad.
    """

    homes: Collection[str]
    others: Collection[str] = ()

    def leaves_to_others(self, country: str) -> bool:
        """Whether own couriers of other warehouses drive there, and none of these."""
        return country in self.others and country not in self.homes


class Size(NamedTuple):
    """What an order weighs, counts and costs; what is not known is 0."""

    units: int
    value: int = 0
    currency: str = ""
    grams: int = 0


class Look(NamedTuple):
    """What was found of a service for an order; `why_not` is empty where it takes it."""

    offer: Offer
    goal: Goal | None
    why_not: str


def first_offer(seller: Seller) -> Offer:
    """The service that a seller has before making any: own couriers, in the warehouse's country."""
    days = (seller.transit_days_min, max(seller.transit_days_min, seller.transit_days_max))
    return _own_couriers(seller.warehouse.country, days)


@lru_cache(maxsize=1000)
def _own_couriers(country: str, days: tuple[int, int]) -> Offer:
    goals = (Goal(country, (), days),)
    return Offer(None, CARRIERS[OWN].name, OWN, Service.Days.WEEKDAYS.value, None, goals)


def own_reach(offers: Sequence[Offer], place: Place, start: Start) -> bool:
    """Whether own couriers drive there: a service of theirs goes; at home where none is theirs."""
    own = [offer for offer in offers if offer.carrier == OWN]
    if not own:
        return place.country in start.homes
    if start.leaves_to_others(place.country):
        return False
    code = plain_postcode(place.postcode)
    goals = [goal_of(offer, place.country, code) for offer in own]
    return any(goal is not None and goal.days is not None for goal in goals)


def look_at(offers: Sequence[Offer], place: Place, size: Size, start: Start) -> Iterator[Look]:
    """Ask each service in its order whether it takes the order, and why it does not.

    A service without a carrier goes where any of the connected ones does: with own couriers alone,
    only where they drive.
    """
    code = plain_postcode(place.postcode)
    is_brought = set(CARRIERS) != {OWN} or own_reach(offers, place, start)
    for offer in offers:
        goal = goal_of(offer, place.country, code)
        if goal is None:
            yield Look(offer, None, say("It does not go to {place}.", place=where(place)))
        elif goal.days is None:
            yield Look(offer, goal, say("{place} is not served.", place=goal_name(goal)))
        elif not offer.carrier and not is_brought:
            yield Look(offer, goal, str(NOBODY_GOES))
        elif offer.carrier == OWN and start.leaves_to_others(place.country):
            yield Look(offer, goal, str(OTHERS_GO))
        else:
            yield Look(offer, goal, over_limit(offer, size))


def chosen_of(
    offers: Sequence[Offer], place: Place, size: Size, start: Start
) -> tuple[Look | None, str]:
    """(the first service that takes an order, why none does)."""
    refusal = ""
    for look in look_at(offers, place, size, start):
        if not look.why_not:
            return look, ""
        if look.goal is not None and look.goal.days is not None:
            refusal = refusal or say(
                "No service to {place} takes it. {why}", place=where(place), why=look.why_not
            )
    return None, refusal or say("No service reaches {place}", place=where(place))


def goal_of(offer: Offer, country: str, code: str) -> Goal | None:
    """The most specific destination of a service that an address is in; of equal ones the first."""
    best, most = None, 0
    for goal in offer.goals:
        rank = _rank(goal, country, code)
        if rank > most:
            best, most = goal, rank
    return best


def over_limit(offer: Offer, size: Size) -> str:
    """What of an order is more than the service takes; "" where nothing is."""
    if offer.most_units is not None and size.units > offer.most_units:
        return say(
            "{service} takes {most} units, and it has {units}.",
            service=offer.name,
            most=grouped(offer.most_units),
            units=grouped(size.units),
        )
    if offer.most_grams is not None and size.grams > offer.most_grams:
        return say(
            "{service} takes {most} g, and it weighs {grams} g.",
            service=offer.name,
            most=grouped(offer.most_grams),
            grams=grouped(size.grams),
        )
    if offer.most_value is not None:
        if size.currency != offer.currency and size.value:
            return say(
                "{service} takes a limited value in {currency}, not {other}.",
                service=offer.name,
                currency=offer.currency,
                other=size.currency,
            )
        if size.value > offer.most_value:
            return say("{service} does not take orders of this value.", service=offer.name)
    return ""


def snapshot(look: Look) -> dict[str, Any]:
    """What an order keeps of the service by which it is promised."""
    offer, goal = look.offer, look.goal
    if goal is None or goal.days is None:
        raise ValueError("Only a service that goes there is kept.")
    return {
        "id": offer.id,
        "name": offer.name,
        "carrier": offer.carrier,
        "days": offer.days,
        "cut_off": offer.cut_off.strftime("%H:%M") if offer.cut_off else None,
        "min": goal.days[0],
        "max": goal.days[1],
    }


def where(place: Place) -> str:
    """Sydney, Australia (2000)."""
    country = country_name(place.country) if place.country else say("an unknown country")
    named = ", ".join(part for part in (one_line(place.city), country) if part)
    code = one_line(place.postcode)
    return f"{named} ({code})" if code else named


def country_name(code: str) -> str:
    """The name of a country, or of the rest of several."""
    if code == REST_OF_EU:
        return say("Rest of the European Union")
    if code == REST_OF_WORLD:
        return say("Rest of the world")
    return countries(get_language() or "en").get(code, code)


def goal_name(goal: Goal) -> str:
    """France 20, 97."""
    return f"{country_name(goal.country)} {', '.join(goal.postcodes)}".strip()


def _rank(goal: Goal, country: str, code: str) -> int:
    """How closely a destination names an address; 0: it is not there."""
    if goal.country == country:
        if not goal.postcodes:
            return 3
        close = specificity(goal.postcodes, code, country)
        return 3 + close if close else 0
    if goal.country == REST_OF_EU and country in EUROPEAN_UNION:
        return 2
    return 1 if goal.country == REST_OF_WORLD and country else 0
