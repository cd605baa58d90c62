"""Facts: the rows that a batch of messages is about, loaded just before sending."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from notifications.about_orders import (
    forerunners,
    load_orders,
    load_promises,
    parcels_at_door,
    promised_again,
    replacements,
)
from notifications.about_problems import (
    FINAL,
    apart_from,
    former_orders,
    reported_problems,
    returns_to_tell,
)
from notifications.kinds.catalogue import kind_of
from notifications.kinds.record import Dates
from notifications.kinds.routes import shares_message
from notifications.languages.texts import Texts, own_texts, templates, texts_of
from notifications.models import Message, PushSubscription
from notifications.states import Cause, MessageStatus
from orders.models import (
    Event,
    Hold,
    Order,
    OrderLine,
    Package,
    PickupPoint,
    Problem,
    Promise,
    Return,
    Shipment,
)
from orders.statements import Statement
from orders.states import OrderStatus
from orders.wishes.chances import Chances, delivery_chances
from orders.wishes.points import points_at

Groups = dict[tuple[Any, ...], list[Event]]
Subject = TypeVar("Subject", bound=Model)
CANCELLATIONS_UNDONE = ("order.cancelled_undone", "order.lines_cancelled_undone")

COMBINED = Statement("""
-- Messages that these superseded, also over several steps: the last one combines them all.
WITH RECURSIVE combined AS (
  SELECT m.id, m.superseded_by_id AS last_id FROM notifications_message m
  WHERE m.superseded_by_id = ANY(%(ids)s::bigint[])
  UNION ALL
  SELECT m.id, combined.last_id
  FROM notifications_message m JOIN combined ON m.superseded_by_id = combined.id
)
SELECT id, last_id FROM combined
""")


class Stale(NamedTuple):
    """Why nothing of a message is true any more, and its final status."""

    status: MessageStatus
    cause: Cause
    reason: str


@dataclass(slots=True)
class Facts:
    """One message and the rows it is about; the lists hold the subjects of all its events.

    `stale`, `past` are set by `guards.trimming.trim`, `browser` (of a web push) `guards.browsers`.
    """

    message: Message
    order: Order
    events: list[Event]
    lines: list[OrderLine]  # of the order, by their positions
    promises: list[Promise] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    past: frozenset[UUID] = frozenset()  # boxes of its shipments of which it is true no more
    former: list[Promise] = field(default_factory=list)  # what these promises replace
    forerunners: list[Promise] = field(default_factory=list)  # what the former ones replaced
    has_new_date: bool = False  # a promise of its events was replaced by one that is open
    at_door: list[UUID] = field(default_factory=list)  # ids of the parcels of its delivery windows
    rest: list[Promise] = field(default_factory=list)  # arrival of the other parcels of the order
    again: Promise | None = None  # the arrival of what failed or was found, promised since
    astray: Counter[UUID] = field(default_factory=Counter)  # by line, of other parcels: see `Apart`
    to_fetch: Counter[UUID] = field(default_factory=Counter)
    holds: list[str] = field(default_factory=list)  # reasons for which nothing of it leaves
    order_return: Return | None = None
    shared_with: list[str] = field(default_factory=list)  # numbers: see `_add_shared`
    chances: Chances | None = None  # of a kind that offers them: what the customer can choose now
    points: list[PickupPoint] = field(default_factory=list)  # where its parcels wait
    problem: Problem | None = None  # that the customer reported
    replaces: str = ""  # the number of the order that it replaces units of
    exchanges: str = ""  # the number of the order of which it is in exchange for units
    goes_back: tuple[str, str, str] | None = None  # it brings units back: see `about_problems`
    texts: Texts | None = None
    stale: Stale | None = None
    browser: PushSubscription | None = None

    @property
    def boxes(self) -> list[Package]:
        """The parcels it is about: its packages, or the boxes of its shipments, but the `past`."""
        boxes = self.packages or [box for row in self.shipments for box in row.packages.all()]
        return [box for box in boxes if box.pk not in self.past] if self.past else boxes


def load_facts(messages: Sequence[Message]) -> list[Facts]:
    """Load the facts of each message, in the same order; at most 30 statements per batch."""
    lines = load_orders(messages)
    others = combined_messages(messages)
    firsts = [message.event for message in messages] + [row.event for row, _ in others]
    together = combined_events(firsts)
    events = {message.pk: list(together[message.event_id]) for message in messages}
    for other, last_id in others:
        events[last_id] += together[other.event_id]
    facts = [
        Facts(message, message.order, events[message.pk], lines[message.order_id])
        for message in messages
    ]
    _add_promises(facts)
    _add_subjects(facts)
    problems = reported_problems(message.event for message in messages)
    former = former_orders(messages, lines)
    points = points_at(box for fact in facts for box in fact.packages)
    for fact in facts:
        there = (points[box.pk] for box in fact.packages if box.pk in points)
        fact.points = list(dict.fromkeys(there))
        fact.problem = problems.get(fact.message.event_id)
        said = former.get(fact.message.pk, ("", "", None))
        fact.replaces, fact.exchanges, fact.goes_back = said
    _add_rest(facts)
    _add_holds(facts)
    _add_shared(facts)
    _add_chances(facts)
    _add_texts(facts)
    return facts


def combined_messages(messages: Sequence[Message]) -> list[tuple[Message, int]]:
    """Return (superseded message, id of the message of this batch that combines it).

    Only messages of the same kind are combined: one with a newer status of the same parcels
    has nothing to add.
    """
    templates = {message.pk: message.template for message in messages}
    last_ids = dict(COMBINED({"ids": list(templates)}))
    if not last_ids:
        return []
    rows = Message.objects.filter(pk__in=last_ids).select_related("event").order_by("pk")
    found = ((row, last_ids[row.pk]) for row in rows)
    return [(row, last_id) for row, last_id in found if row.template == templates[last_id]]


def combined_events(firsts: Iterable[Event]) -> dict[UUID, list[Event]]:
    """Return {id of an event that has messages: all events that those messages are about}.

    Of several events of one kind and order that `record` got in one call, only the first has
    messages. The others of its transaction belong to it; where a transaction called `record`
    twice, to the first event with the same data.
    """
    firsts = list({event.pk: event for event in firsts}.values())
    found = {event.pk: [event] for event in firsts}
    shared = [event for event in firsts if shares_message(event)]
    if not shared:
        return found
    with_messages, without = _recorded_together(shared)
    for first in shared:
        candidates = with_messages[_group(first)]
        found[first.pk] += [
            event for event in without[_group(first)] if _first_of(event, candidates) == first.pk
        ]
    return found


def _recorded_together(events: list[Event]) -> tuple[Groups, Groups]:
    """Load the events of the same transactions: (those with messages, those without), by group."""
    with_messages: Groups = defaultdict(list)
    without: Groups = defaultdict(list)
    rows = Event.objects.filter(
        order_id__in={event.order_id for event in events},
        transaction_id__in={event.transaction_id for event in events},
        kind__in={event.kind for event in events},
    )
    for event in rows.prefetch_related("messages").order_by("pk"):
        group = with_messages if event.messages.all() else without
        group[_group(event)].append(event)
    return with_messages, without


def _group(event: Event) -> tuple[UUID | None, int, str]:
    return event.order_id, event.transaction_id, event.kind


def _first_of(event: Event, candidates: list[Event]) -> UUID:
    return next((row.pk for row in candidates if row.data == event.data), candidates[0].pk)


def _add_promises(facts: list[Facts]) -> None:
    """Add the promises of the events, or the open ones that have replaced them."""
    events = [event for fact in facts for event in fact.events]
    wanted = {event.data.get(name) for event in events for name in ("promise", "former")}
    wanted -= {None, ""}
    if not wanted:
        return
    promises = load_promises({fact.order.pk for fact in facts}, wanted)
    names = {event.data.get("promise") for event in events} & promises.keys()
    chains = replacements(promises, names)
    announced = _announced_as_change(chains)
    for fact in facts:
        named = _named("promise", fact, promises)
        fact.former = _named("former", fact, promises)
        fact.forerunners = [row for last in fact.former for row in forerunners(last, promises)]
        fact.has_new_date = any(row.pk in chains for row in named)
        in_force = (_in_force(row, fact, chains.get(row.pk), announced) for row in named)
        fact.promises = [row for row in in_force if row]
    _add_doors(facts, promises)


def _add_doors(facts: list[Facts], promises: dict[str, Promise]) -> None:
    """Add the parcels of delivery windows, where a message is about such a promise."""
    dated = [fact for fact in facts if fact.message.event.kind.startswith("promise.")]
    windows = {row.pk: row for fact in dated for row in fact.promises if row.package_id}
    vans = {pk: [row, *forerunners(row, promises)] for pk, row in windows.items()}
    found = parcels_at_door(vans)
    for fact in dated:
        fact.at_door = [pk for row in fact.promises for pk in found.get(row.pk, [])]


def _announced_as_change(chains: dict[UUID, list[Promise]]) -> set[UUID | None]:
    """Return the ids of promises announced as a change; one statement, or none."""
    orders = {row.pk: row.order_id for chain in chains.values() for row in chain}
    if not orders:
        return set()
    events = Event.objects.filter(order__in=orders.values(), kind="promise.moved")
    return set(events.filter(subject_id__in=orders).values_list("subject_id", flat=True))


def _in_force(
    row: Promise, fact: Facts, chain: list[Promise] | None, announced: set[UUID | None]
) -> Promise | None:
    """Return the promise that a message states now, if any; to sellers always the original."""
    if fact.message.audience != Message.Audience.CUSTOMER:
        return row
    if kind_of(fact.message.template).dates:
        # A replacement that was announced as a change has a message of its own.
        return chain[-1] if chain and announced.isdisjoint(link.pk for link in chain) else row
    if chain:
        return chain[-1]
    return row if row.is_open or row.kept_at else None


def _named(name: str, facts: Facts, promises: dict[str, Promise]) -> list[Promise]:
    named = dict.fromkeys(event.data.get(name) for event in facts.events)
    return [promises[promise_id] for promise_id in named if promise_id in promises]


def _add_rest(facts: list[Facts]) -> None:
    """Add the open arrival promises of the other parcels of each order, and what will not come."""
    parcels = [fact for fact in facts if fact.shipments or fact.packages]
    if not parcels:
        return
    open_ones = Promise.objects.filter(
        order__in={fact.order.pk for fact in parcels},
        kind=Promise.Kind.ARRIVES,
        settled_at__isnull=True,
    )
    promised = list(open_ones.order_by("latest", "pk"))
    apart = apart_from([(fact.order.pk, fact.lines, fact.boxes) for fact in parcels])
    for fact, units in zip(parcels, apart, strict=True):
        fact.astray, fact.to_fetch = units
        here = {row.pk for row in fact.shipments} | {box.shipment_id for box in fact.packages}
        fact.rest = [
            row for row in promised if row.order_id == fact.order.pk and row.shipment_id not in here
        ]
        if not any(box.failure in FINAL for box in fact.packages):
            own = [row for row in promised if row.shipment_id in here]
            fact.again = promised_again(fact.message.event, own)


def _add_holds(facts: list[Facts]) -> None:
    """Add why orders are on hold, one statement where one is."""
    held = [fact for fact in facts if _may_be_held(fact)]
    if not held:
        return
    rows = Hold.objects.filter(
        order__in={fact.order.pk for fact in held}, shipment__isnull=True, released_at__isnull=True
    )
    reasons = list(rows.order_by("opened_at", "pk").values_list("order", "reason"))
    for fact in held:
        fact.holds = [reason for order_id, reason in reasons if order_id == fact.order.pk]


def _may_be_held(fact: Facts) -> bool:
    """Whether its order is on hold; a withdrawn date may be of the rest of one that has left."""
    dates = kind_of(fact.message.template).dates
    return fact.order.status == OrderStatus.ON_HOLD or dates is Dates.WITHDRAWN


def _add_shared(facts: list[Facts]) -> None:
    """Add the numbers of orders in the same boxes whose messages go to the same e-mail address.

    Of other people's orders nothing is said. One statement.
    """
    asked = [fact for fact in facts if fact.order.email and fact.boxes]
    outer = {box.inside_id or box.pk for fact in asked for box in fact.boxes}
    if not outer:
        return
    rows = Package.objects.filter(Q(inside__in=outer) | Q(pk__in=outer), inside__isnull=False)
    pairs = rows.values_list("order__number", "order__email", "inside__order__number",
                             "inside__order__email", "inside")  # fmt: skip
    boxes: dict[UUID | None, set[tuple[str, str]]] = defaultdict(set)
    for number, email, outer_number, outer_email, outer_id in pairs:
        boxes[outer_id] |= {(number, email), (outer_number, outer_email)}
    for fact in asked:
        mine = {pair for box in fact.boxes for pair in boxes[box.inside_id or box.pk]}
        own, email = fact.order.number, fact.order.email
        fact.shared_with = sorted(number for number, to in mine if to == email and number != own)


def _add_chances(facts: list[Facts]) -> None:
    """Add what customers can choose now, where their messages name it; as their pages do."""
    offering = [fact for fact in facts if kind_of(fact.message.template).offers]
    if not offering:
        return
    chances = delivery_chances([fact.order for fact in offering], timezone.now())
    for fact in offering:
        fact.chances = chances[fact.order.pk]


def _add_texts(facts: list[Facts]) -> None:
    written = [fact for fact in facts if fact.message.template in templates()]
    own = own_texts((fact.message.seller_id, fact.message.template) for fact in written)
    for fact in written:
        row = fact.message
        fact.texts = texts_of(row.seller_id, row.template, row.language, own)
        if _is_unforeseen(fact):
            fact.texts = texts_of(row.seller_id, row.template, row.language, {})


def _is_unforeseen(fact: Facts) -> bool:
    """Whether a seller's own text would be untrue: it knows no cancellation that is corrected, and
    says that the order is not packed yet; or no day that is set, and says that it follows.
    """
    needed = "cancelled" if fact.message.event.kind in CANCELLATIONS_UNDONE else ""
    needed = "new_day" if fact.again else needed
    return bool(needed) and fact.texts is not None and needed not in fact.texts.body


def _add_subjects(facts: list[Facts]) -> None:
    boxes = Package.objects.select_related("order", "shipment")
    boxes = boxes.prefetch_related("lines__shipment_line")
    shipments = Shipment.objects.prefetch_related("lines", "packages__lines")
    sent = _subjects(facts, "shipment.", shipments)
    packages = _subjects(facts, "package.", boxes)
    returns = _subjects(facts, "return.", returns_to_tell())
    for fact in facts:
        known = dict.fromkeys(pk for pk in _subject_ids(fact) if pk)
        fact.shipments = sorted((sent[pk] for pk in known if pk in sent), key=_creation)
        fact.packages = sorted((packages[pk] for pk in known if pk in packages), key=_creation)
        fact.order_return = next((returns[pk] for pk in known if pk in returns), None)
        if fact.order_return:  # whose words name a building: else its order is asked for each time
            fact.order_return.order = fact.order


def _creation(row: Shipment | Package) -> tuple[datetime, str]:
    return row.created_at, row.number


def _subject_ids(facts: Facts) -> list[UUID | None]:
    """Return ids of what a message is about: subjects of its events, or of its promises."""
    ids = [event.subject_id for event in facts.events]
    if facts.message.event.kind.startswith("promise."):
        ids += [*facts.at_door, *(row.package_id or row.shipment_id for row in facts.promises)]
    return ids


def _subjects(facts: list[Facts], prefix: str, rows: QuerySet[Subject]) -> dict[UUID, Subject]:
    ids = {
        pk
        for fact in facts
        if fact.message.event.kind.startswith((prefix, "promise."))
        for pk in _subject_ids(fact)
        if pk
    }
    return rows.in_bulk(ids) if ids else {}
