"""Make, change, order, switch and delete the services of a seller, with their destinations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from orders.carriers import CARRIERS
from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import new_id
from orders.models import Destination, Event, Seller, Service, User, Warehouse
from orders.models.carriers import MOST_TRANSIT_DAYS, SERVICE_NAME
from orders.services.known import mark_changed
from orders.services.reach import REST_OF_EU, REST_OF_WORLD, first_offer
from orders.values.counts import MOST_GRAMS, MOST_LINES, MOST_MONEY, MOST_UNITS, whole
from orders.values.places import currency
from orders.values.postal import delivery_country
from orders.values.postcodes import postcodes
from orders.values.problems import Problems
from orders.values.texts import one_line
from orders.values.unfit import Unfit
from orders.words import say

MOST_SERVICES, MOST_DESTINATIONS, MOST_POSTCODES = 20, 100, 200
FIELDS = (
    "name", "carrier", "days", "cut_off", "most_grams", "most_units", "most_value", "currency",
)  # fmt: skip
RESTS = (REST_OF_EU, REST_OF_WORLD)

Given = Mapping[str, Any]
Goals = Sequence[Given]


@transaction.atomic(savepoint=False)
def add_service(seller: Seller, given: Given, goals: Goals, *, actor: User | None) -> Service:
    """Add a service behind the others, and the one that the seller began with where none is.

    Raises InvalidInput with the problems by field, or DomainError: there are too many.
    """
    values, rows = _checked(given), _checked_goals(goals)
    services = _locked(seller)
    if len(services) >= MOST_SERVICES:
        raise DomainError(
            say("A seller has at most {most} services: delete one first.", most=MOST_SERVICES)
        )
    service = Service(seller=seller, position=len(services) + 1, **values)
    service.save(force_insert=True)
    _write_goals(service, rows)
    _record(service, "added", [*FIELDS, "destinations"], actor)
    mark_changed(seller)
    return service


@transaction.atomic(savepoint=False)
def change_service(service: Service, given: Given, goals: Goals, *, actor: User | None) -> Service:
    """Write all of what a service is and where it goes, as a page has it.

    Raises InvalidInput, or DomainError: it is deleted, or nothing of it was changed.
    """
    everything: dict[str, Any] = dict.fromkeys(FIELDS) | dict(given)
    written, changed = write_service(service, everything, goals, actor=actor)
    if not changed:
        raise DomainError(say("Nothing of the service “{name}” was changed.", name=written))
    return written


@transaction.atomic(savepoint=False)
def write_service(
    service: Service, given: Given, goals: Goals | None, *, actor: User | None
) -> tuple[Service, list[str]]:
    """Write what is given of a service, for orders that come or wait from now on; (it, changed).

    What was promised before stays as it was promised; `goals` None: it goes where it went.
    """
    service = _present(service)
    values = _checked({name: getattr(service, name) for name in FIELDS} | dict(given))
    changed = [name for name in FIELDS if getattr(service, name) != values[name]]
    rows = None if goals is None else _checked_goals(goals)
    if rows is not None and _said(service.destinations.all()) != _said(rows):
        changed.append("destinations")
        service.destinations.all().delete()
        _write_goals(service, rows)
    if changed:
        for name, value in values.items():
            setattr(service, name, value)
        service.save(update_fields=FIELDS)
        _record(service, "changed", changed, actor)
        mark_changed(service.seller)
    return service, changed


@transaction.atomic(savepoint=False)
def switch_service(service: Service, *, is_active: bool, actor: User | None) -> Service:
    """Switch a service on or off for new orders."""
    service = _present(service)
    if service.is_active != is_active:
        service.is_active = is_active
        service.save(update_fields=["is_active"])
        _record(service, "changed", ["is_active"], actor)
        mark_changed(service.seller)
    return service


@transaction.atomic(savepoint=False)
def shift_service(service: Service, *, steps: int, actor: User | None) -> Service:
    """Move a service so many places down, or up where it is below 0; at the end it stays."""
    return _moved(service, lambda place: place + steps, actor)


@transaction.atomic(savepoint=False)
def place_service(service: Service, *, position: int, actor: User | None) -> Service:
    """Give a service this position, wherever it is now; behind the last one it is the last."""
    return _moved(service, lambda place: position - 1, actor)


@transaction.atomic(savepoint=False)
def delete_service(service: Service, *, actor: User | None) -> None:
    """Delete a service; the orders that it was promised for keep it, as it was."""
    service = _present(service)
    service.deleted_at, service.is_active = timezone.now(), False
    service.save(update_fields=["deleted_at", "is_active"])
    _record(service, "deleted", [], actor)
    _number_anew(services_of(service.seller))
    mark_changed(service.seller)


@transaction.atomic(savepoint=False)
def adopt_services(seller: Seller) -> list[Service]:
    """The services of a seller as rows, also the one that every seller begins with."""
    return _locked(seller)


@transaction.atomic(savepoint=False)
def drive_from(seller: Seller, warehouse: Warehouse, *, actor: User | None) -> None:
    """Follow a warehouse that a seller ships from, too: own couriers drive in its country.

    Of a seller with services of its own that has to say so itself.
    """
    seller = Seller.objects.select_related("warehouse").get(pk=seller.pk)
    if seller.services_version is not None:
        follow_warehouses(seller)
        return
    if warehouse.country == seller.warehouse.country:
        return
    [own] = _locked(seller)
    for home in own.destinations.all():
        home.pk, home.country, home.position = new_id(), warehouse.country, home.position + 1
        home.save(force_insert=True)
    _record(own, "changed", ["destinations"], actor)
    mark_changed(seller)


def follow_warehouses(seller: Seller) -> None:
    """Let orders be looked at again where the list of warehouses has changed."""
    row = Seller.objects.get(pk=seller.pk)
    if row.services_version is not None:
        mark_changed(row)


def services_of(seller: Seller) -> list[Service]:
    """The services of a seller, in their order, with their destinations."""
    rows = Service.objects.filter(seller=seller, deleted_at__isnull=True)
    return list(rows.prefetch_related("destinations").order_by("position", "pk"))


def _locked(seller: Seller) -> list[Service]:
    """The services of a seller, as rows, while nobody else changes them."""
    rows = Seller.objects.select_related("warehouse")
    row = rows.select_for_update(no_key=True, of=("self",)).get(pk=seller.pk)
    if row.services_version is None:
        _begin(row)
        seller.services_version = row.services_version
    return services_of(seller)


def _moved(service: Service, goal: Callable[[int], int], actor: User | None) -> Service:
    """The service where it goes, by the place, from 0, at which it is now."""
    seller = service.seller
    services = _locked(seller)
    places = {row.pk: place for place, row in enumerate(services)}
    if service.pk not in places:
        raise DomainError(say("The service “{name}” is deleted.", name=service))
    place = places[service.pk]
    to = min(max(goal(place), 0), len(services) - 1)
    services.insert(to, services.pop(place))
    if to != place:
        _number_anew(services)
        _record(service, "changed", ["position"], actor)
        mark_changed(seller)
    service.position = to + 1
    return service


def _begin(seller: Seller) -> None:
    """Make rows of the service that the seller began with."""
    offer = first_offer(seller)
    service = Service.objects.create(
        seller=seller, position=1, name=offer.name, carrier=offer.carrier, days=offer.days
    )
    rows = [
        Destination(country=goal.country, days_min=goal.days[0], days_max=goal.days[1])
        for goal in offer.goals
        if goal.days
    ]
    _write_goals(service, rows)
    mark_changed(seller)


def _number_anew(services: Sequence[Service]) -> None:
    for position, service in enumerate(services, start=1):
        service.position = position
    Service.objects.bulk_update(services, ["position"])


def _present(service: Service) -> Service:
    """The service as it is now, under the lock of its seller. Raises DomainError."""
    found = [row for row in _locked(service.seller) if row.pk == service.pk]
    if not found:
        raise DomainError(say("The service “{name}” is deleted.", name=service))
    found[0].seller = service.seller
    return found[0]


def _write_goals(service: Service, rows: Sequence[Destination]) -> None:
    for position, row in enumerate(rows, start=1):
        row.seller_id, row.service, row.position = service.seller_id, service, position
    Destination.objects.bulk_create(rows)


def _said(rows: Iterable[Destination]) -> list[tuple[Any, ...]]:
    return [
        (row.country, list(row.postcodes), row.is_served, row.days_min, row.days_max)
        for row in rows
    ]


def _record(service: Service, what: str, fields: Sequence[str], actor: User | None) -> None:
    event = Event(
        seller_id=service.seller_id,
        kind=f"service.{what}",
        subject_id=service.pk,
        actor=actor,
        data={"fields": list(fields)},
    )
    record([event])


def _checked(given: Given) -> dict[str, Any]:
    """The values as they are kept; what is left out is empty. Raises InvalidInput."""
    problems = Problems()
    values = {
        name: problems.kept(name, read, given.get(name), None) for name, read in _READ.items()
    }
    if values["most_value"] is not None and not values["currency"] and "currency" not in problems:
        problems.add("currency", say("needed where the value matters"))
    problems.refuse()
    return values


def _checked_goals(goals: Goals) -> list[Destination]:
    """Unsaved destinations. Raises InvalidInput by their place: destinations[0].country."""
    problems = Problems()
    if not goals:
        problems.add("destinations", say("expected at least one destination"))
    if len(goals) > MOST_DESTINATIONS:
        problems.add("destinations", say("expected at most {most}", most=MOST_DESTINATIONS))
        goals = []
    rows = []
    for place, given in enumerate(goals):
        values = {
            name: problems.kept(f"destinations[{place}].{name}", read, given.get(name), None)
            for name, read in _READ_GOAL.items()
        }
        _check_goal(problems, f"destinations[{place}]", values)
        rows.append(values)
    problems.refuse()
    return [Destination(**values) for values in rows]


def _check_goal(problems: Problems, path: str, values: dict[str, Any]) -> None:
    is_rest = values["country"] in RESTS
    if is_rest and values["postcodes"]:
        problems.add(f"{path}.postcodes", say("are those of one country"))
    if not values["is_served"]:
        values["days_min"] = values["days_max"] = 0
        return
    low, high = values["days_min"], values["days_max"]
    for name in ("days_min", "days_max"):
        if values[name] is None and f"{path}.{name}" not in problems:
            problems.add(f"{path}.{name}", say("expected a number of days"))
    if low is not None and high is not None and low > high:
        problems.add(f"{path}.days_max", say("expected {least} or more", least=low))


def _name(value: Any) -> str:
    text = one_line(str(value or ""))
    if not 0 < len(text) <= SERVICE_NAME:
        raise Unfit(say("expected 1 to {most} characters", most=SERVICE_NAME))
    return text


def _carrier(value: Any) -> str:
    if value and value not in CARRIERS:
        raise Unfit(say("expected one of {codes}", codes=", ".join(CARRIERS)))
    return value or ""


def _days(value: Any) -> str:
    if value not in Service.Days.values:
        raise Unfit(say("expected one of {codes}", codes=", ".join(Service.Days.values)))
    return str(value)


def _cut_off(value: Any) -> time | None:
    if value in (None, ""):
        return None
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0, tzinfo=None)
    try:
        return time.fromisoformat(str(value)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise Unfit(say("expected a time like 14:30")) from error


def _country(value: Any) -> str:
    code = str(value or "").strip().upper()
    if code in RESTS:
        return code
    if not code:
        raise Unfit(say("expected a country"))
    return delivery_country(code)


def _postcodes(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else str(value or "").split(",")
    found = dict.fromkeys(postcodes(part) for text in parts if (part := one_line(str(text))))
    if len(found) > MOST_POSTCODES:
        raise Unfit(say("expected at most {most} postcodes", most=MOST_POSTCODES))
    return list(found)


def _served(value: Any) -> bool:
    if value not in (None, True, False):
        raise Unfit(say("expected yes or no"))
    return value is not False


def _number(least: int, most: int) -> Callable[[Any], int | None]:
    return lambda value: None if value in (None, "") else whole(value, least=least, most=most)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "carrier": _carrier,
    "days": _days,
    "cut_off": _cut_off,
    "most_grams": _number(1, MOST_GRAMS),
    "most_units": _number(1, MOST_UNITS * MOST_LINES),
    "most_value": _number(0, MOST_MONEY),
    "currency": lambda value: currency(str(value or "").strip().upper()),
}
_READ_GOAL: Mapping[str, Callable[[Any], Any]] = {
    "country": _country,
    "postcodes": _postcodes,
    "is_served": _served,
    "days_min": _number(0, MOST_TRANSIT_DAYS),
    "days_max": _number(0, MOST_TRANSIT_DAYS),
}
