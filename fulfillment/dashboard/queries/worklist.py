"""The page *Needs attention*: open matters by kind."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)  # fmt: skip
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, Concat

from fulfillment.dashboard.queries.inbounds import DIFFERING, differing
from fulfillment.dashboard.queries.matter_kinds import IN_ORDER, limit_of
from fulfillment.dashboard.queries.numbers.many_returns import OF_MANY, many_returns
from fulfillment.dashboard.queries.orders.filters import today
from fulfillment.dashboard.queries.refunds import (
    LATE,
    OF_EXCHANGE,
    OF_LABEL,
    OF_REFUND,
    OF_REPAIR,
    OF_RETURN,
    failed_labels,
    overdue_exchanges,
    owed_refunds,
    requested_returns,
    to_repair,
)
from fulfillment.dashboard.queries.stock import short_orders
from orders.access import Viewer
from orders.models import (
    Call,
    DeadLetter,
    Discrepancy,
    Event,
    Hold,
    LabelRequest,
    Order,
    Package,
    Problem,
    Promise,
    Push,
    Return,
    Shipment,
    ShopLink,
    ShopOrder,
    ToldStock,
)  # fmt: skip
from orders.prepared import PreparedAsMade
from orders.states import (
    RETURN_OPEN,
    SHIPMENT_TO_PICK,
    DiscrepancyStatus,
    OrderStatus,
    PackageStatus,
    ShipmentStatus,
)
from orders.wishes.called_off import called_off, exchanges_off

WARNING = timedelta(hours=4)  # so long before a promise breaks it is listed: there is time to act
LOST_FOR = timedelta(days=30)  # a lost parcel is listed: then it is settled, or forgotten
LAST_CHANCE = timedelta(days=2)  # before the last day at a pickup point
ASKED_IN_VAIN = 3  # times in a row: a shop that is away for a minute is no matter
MOST_OF_A_KIND = 10  # on the page of all kinds: what needs a decision is seen at a glance
_prepared = PreparedAsMade()
Column = str | Expression | Subquery  # of a matter: a field, or what is computed
OF_NO_ORDER: dict[str, Any] = {
    "order_id": Value(None, UUIDField()),
    "due": Value(None, DateTimeField()),
}

# Statuses of orders with nothing left to deliver.
NOTHING_COMES = (
    OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP, OrderStatus.DELIVERED, OrderStatus.REPLACED,
    OrderStatus.UNDELIVERED, OrderStatus.RETURNED, OrderStatus.PARTLY_RETURNED,
)  # fmt: skip
IN_WORK = (
    ShipmentStatus.PLANNED, ShipmentStatus.RELEASED, ShipmentStatus.PICKING, ShipmentStatus.PICKED,
    ShipmentStatus.PACKED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matter:
    """One entry of the page *Needs attention*: subject, reason, since when, due when."""

    kind: str
    subject_id: UUID
    order_id: UUID | None  # None: of a call that no order came of, of a shop, an inbound
    number: str  # of the order, or the name of the channel of a call or a shop
    customer: str
    why: str  # a reason's code
    detail: str  # typed by a person, or a shipment's or package's number
    units: int
    since: datetime
    due: datetime  # when it was to leave
    cause: str  # of those that are put together by it, "" of one for itself


def worklist(
    viewer: Viewer,
    now: datetime,
    *,
    most: int = MOST_OF_A_KIND,
    only: Q | None = None,
    kept_as: str = "",
) -> dict[str, list[Matter]]:
    """Load open matters by kind, most urgent kind and oldest first, `most` + 1 of each at most.

    Of kinds that are put together by their cause, more. One statement: a UNION ALL of a query for
    each kind. `only` is a condition of these columns. To compile all that takes longer than to ask
    it: under `kept_as` that is done once, for what differs in `viewer`, `now` and `most` alone.
    """

    def made() -> QuerySet[Any]:
        parts = []
        for rows in _kinds(viewer, now):
            kind: Any = rows.query.annotations["matter_kind"]
            limit = limit_of(kind.value, most)
            parts.append((rows.filter(only) if only else rows)[: limit + 1])
        return parts[0].union(*parts[1:], all=True)

    found: dict[str, list[Matter]] = {}
    seller = viewer.only_seller
    if kept_as and seller:
        moments, day = (now, now + WARNING, now - LOST_FOR, today(viewer)), _day(viewer, now)
        rows = _prepared(made, seller, *moments, day, day + LAST_CHANCE, name=(kept_as, most))
    else:
        rows = list(made())
    for row in rows:
        found.setdefault(row[0], []).append(Matter(*row))
    return {
        kind: sorted(found[kind], key=lambda matter: matter.since)
        for kind in IN_ORDER
        if kind in found
    }


def in_work(viewer: Viewer) -> QuerySet[Shipment]:
    """Select shipments that the warehouse has to do with, but those on hold."""
    held = Hold.objects.filter(order=OuterRef("order"), released_at__isnull=True)
    return Shipment.objects.visible_to(viewer).filter(~Exists(held), status__in=IN_WORK)


def _kinds(viewer: Viewer, now: datetime) -> list[QuerySet[Any]]:
    """Return one query with the columns of Matter for each kind."""
    # The warehouse foresees that they are not picked in time; from then on they are late.
    foreseen = Q(will_miss_since__isnull=False, status__in=SHIPMENT_TO_PICK, ship_by__gt=now)
    slow = in_work(viewer).filter(foreseen)
    late = in_work(viewer).filter(~foreseen, ship_by__lt=now + WARNING)
    not_started = Order.objects.visible_to(viewer).filter(
        status=OrderStatus.RECEIVED, ship_by__lt=now + WARNING
    )
    letters = DeadLetter.objects.visible_to(viewer)
    holds = Hold.objects.visible_to(viewer).filter(released_at__isnull=True)
    holds = holds.exclude(reason=Hold.Reason.SHOP)  # it has an entry of its own
    coming = Return.objects.filter(exchange=OuterRef("order"), status__in=RETURN_OPEN)
    holds = holds.exclude(Exists(coming), reason=Hold.Reason.EXCHANGE)  # it ends with the return
    holds = holds.exclude(until__gt=now)  # somebody has decided: it goes on by itself
    ready = Shipment.objects.visible_to(viewer).filter(status=ShipmentStatus.READY)
    ready = ready.annotate(became=_last("shipment.ready", "created_at"))
    ready = ready.filter(became__gte=today(viewer), ship_by__lt=now + WARNING)
    of_shipment = {"detail": "number", "due": "ship_by"}
    return [
        _matters(late, "late", why="status", since="ship_by", **of_shipment),
        _matters(slow, "will_miss", why="status", since="will_miss_since", **of_shipment),
        _matters(not_started, "late", order="", why="status", since="ship_by"),
        *_not_delivered(viewer, now),
        _matters(letters, "dead_letter", why="title", units="tries", since="failed_at"),
        _matters(holds, "held", why="reason", detail="detail", since="opened_at"),
        _matters(requested_returns(viewer), "return_requested", **OF_RETURN),
        _matters(overdue_exchanges(viewer, now), "exchange_overdue", **OF_EXCHANGE),
        _matters(
            short_orders(viewer),
            "backordered",
            order="",
            why="ships_as",
            detail="title_short",
            units="units_short",
            since="created_at",
            cause="lacks",
        ),
        _matters(ready, "ready", since="became", **of_shipment),
        _matters(differing(viewer), "inbound_differs", **OF_NO_ORDER, **DIFFERING),
        _matters(many_returns(viewer), "many_returns", **OF_NO_ORDER, **OF_MANY),
        *_promises(viewer),
        *_problems(viewer),
        *_shops(viewer),
    ]


def _problems(viewer: Viewer) -> list[QuerySet[Any]]:
    """Select what customers report or call off, and what may have to be refunded for it."""
    rows = Problem.objects.visible_to(viewer)
    to_refund = rows.filter(answer=Problem.Answer.REFUND, settled_at__isnull=True)
    title = Coalesce("line__title", Value(""))
    what: dict[str, Any] = {"why": "kind", "detail": title, "units": "quantity"}
    found, events = Discrepancy.objects.visible_to(viewer), Event.objects.visible_to(viewer)
    credited = found.filter(status=DiscrepancyStatus.DECIDED, decision="credit")
    owed = owed_refunds(viewer)
    credited = credited.filter(~Exists(owed.filter(order_return=OuterRef("order_return"))))
    named = what | {
        "detail": Coalesce("line__title", "product__title", "code"),
        "since": "found_at",
    }
    return [
        _matters(found.filter(status=DiscrepancyStatus.OPEN), "discrepancy", **named),
        _matters(credited, "discrepancy_refund", **named),
        _matters(to_repair(viewer), "to_repair", **OF_REPAIR),
        _matters(failed_labels(viewer), "label_failed", **OF_LABEL),
        _matters(owed.exclude(LATE), "return_refund", **OF_REFUND),
        _matters(owed.filter(LATE), "refund_late", **OF_REFUND),
        _matters(
            rows.filter(answered_at__isnull=True), "problem_reported", since="reported_at", **what
        ),
        _matters(to_refund, "problem_refund", since="answered_at", **what),
        _matters(called_off(events), "called_off", since="at"),
        _matters(exchanges_off(events), "called_off", why="kind", since="at"),
    ]


def _shops(viewer: Viewer) -> list[QuerySet[Any]]:
    """Select what shops want and we cannot do by ourselves, and what cannot be read or asked."""
    differing = ShopOrder.objects.visible_to(viewer).filter(differs_at__isnull=False)
    refused = Call.objects.visible_to(viewer).filter(state=Call.State.REFUSED)
    failed = Push.objects.visible_to(viewer).filter(state=Push.State.FAILED)
    links = ShopLink.objects.visible_to(viewer).filter(is_active=True)
    first = KeyTransform(0, "problems")
    return [
        _matters(
            differing, "shop_changed", why=Cast("differences", TextField()), since="differs_at"
        ),
        _unreached(links.filter(ask_tries__gte=ASKED_IN_VAIN), "shop_unasked", "ask_problem"),
        *_stock(viewer, links),
        _matters(
            failed.filter(about=""), "push_failed", why="what", detail="reason", since="made_at"
        ),
        _matters(
            failed.exclude(about=""), "refund_due", why="about", detail="reason", since="made_at"
        ),
        _matters(
            refused,
            "call_refused",
            number="channel__name",
            customer="topic",
            why=KeyTextTransform(1, first),
            detail=KeyTextTransform(0, first),
            units=Func("problems", function="jsonb_array_length", output_field=IntegerField()),
            since="received_at",
        ),
    ]


def _unreached(
    links: QuerySet[Any],
    kind: str,
    why: Column,
    since: Column = "fails_since",
) -> QuerySet[Any]:
    """Select shops of which something is the matter: why, and since when."""
    return _matters(
        links,
        kind,
        subject_id="channel_id",
        number="channel__name",
        customer="address",
        why=why,
        since=since,
        **OF_NO_ORDER,
    )


def _stock(viewer: Viewer, links: QuerySet[ShopLink]) -> list[QuerySet[Any]]:
    """Select shops that cannot be told our stock, and those that do not take some products."""
    telling = links.filter(tells_stock=True)
    untold = telling.filter(stock_tries__gte=ASKED_IN_VAIN)
    refused = ToldStock.objects.visible_to(viewer).exclude(problem="")
    refused = refused.filter(channel=OuterRef("channel")).order_by("told_at")
    partly = telling.filter(Exists(refused), stock_tries__lt=ASKED_IN_VAIN)
    first = Concat("sku", Value(": "), "problem", output_field=CharField())
    why = Subquery(refused.annotate(first=first).values("first")[:1])
    since = Subquery(refused.values("told_at")[:1])
    return [
        _unreached(untold, "stock_untold", "stock_problem", "stock_fails_since"),
        _unreached(partly, "stock_untold", why, since),
    ]


def _promises(viewer: Viewer) -> list[QuerySet[Any]]:
    """Select broken promises that are not fulfilled yet, and promises at risk."""
    promises = Promise.objects.visible_to(viewer)
    came_back = Package.objects.filter(shipment=OuterRef("shipment"))
    failed = came_back.filter(status__in=(PackageStatus.ATTEMPT_FAILED, PackageStatus.RETURNING))
    broken = promises.filter(broken_at__isnull=False, done_at__isnull=True)
    broken = broken.exclude(order__status__in=NOTHING_COMES)
    # Failed attempts and returning parcels have entries of their own.
    at_risk = promises.filter(settled_at__isnull=True, warned_at__isnull=False)
    at_risk = at_risk.filter(~Exists(failed))
    columns = {"why": "kind", "due": "latest"}
    return [
        _matters(broken, "promise_broken", since="broken_at", **columns),
        _matters(at_risk, "promise_at_risk", since="warned_at", **columns),
    ]


def _not_delivered(viewer: Viewer, now: datetime) -> list[QuerySet[Any]]:
    packages = Package.objects.visible_to(viewer)
    found = [
        (packages.filter(status=PackageStatus.ATTEMPT_FAILED), "attempt_failed", "failure"),
        (
            packages.filter(
                status=PackageStatus.AT_PICKUP_POINT,
                pickup_until__lte=_day(viewer, now) + LAST_CHANCE,
            ),
            "at_pickup_point",
            Cast("pickup_until", CharField()),
        ),
        (packages.filter(status=PackageStatus.RETURNING), "returning", "failure"),
    ]
    labels = LabelRequest.objects.filter(package=OuterRef("pk"), unwanted_at__isnull=True)
    here = packages.filter(status=PackageStatus.LABELLED, inside__isnull=True)
    here = here.filter(~Exists(Hold.objects.filter(order=OuterRef("order"), released_at=None)))
    left = here.annotate(labelled=Subquery(labels.values("answered_at")[:1]))
    left = left.filter(labelled__lt=today(viewer))
    lost = packages.filter(status=PackageStatus.LOST).exclude(order__status=OrderStatus.REPLACED)
    lost = lost.annotate(gone=_last("package.lost", "created_at")).filter(gone__gt=now - LOST_FOR)
    return [
        *(
            _matters(
                rows, kind, why=why, detail="number", since=_last(f"package.{kind}", "created_at")
            )
            for rows, kind, why in found
        ),
        _matters(left, "left_behind", detail="tracking_number", since="labelled"),
        _matters(lost, "lost", why=_how("package.lost"), detail="number", since="gone"),
    ]


def _day(viewer: Viewer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(viewer.zone)).date()


def _last(kind: str, otherwise: str) -> Coalesce:
    """Return the time of the last event of a kind, else the field `otherwise`."""
    events = Event.objects.filter(order=OuterRef("order"), subject_id=OuterRef("pk"), kind=kind)
    return Coalesce(Subquery(events.order_by("-id").values("at")[:1]), F(otherwise))


def _how(kind: str) -> Subquery:
    """Return the reason in the last event of a kind."""
    events = Event.objects.filter(order=OuterRef("order"), subject_id=OuterRef("pk"), kind=kind)
    why = KeyTextTransform("reason", "data")
    return Subquery(events.order_by("-id").values(why=why)[:1], output_field=CharField())


def _matters(
    rows: QuerySet[Any],
    kind: str,
    *,
    since: str | Expression | Subquery,
    order: str = "order__",
    **given: Any,
) -> QuerySet[Any]:
    """Annotate rows with the columns of Matter, from fields or expressions, else empty."""
    columns = {
        "kind": Value(kind, CharField()),
        "subject_id": "pk",
        "order_id": f"{order}pk",
        "number": f"{order}number",
        "customer": f"{order}customer_name",
        "why": Value("", CharField()),
        "detail": Value("", CharField()),
        "units": Value(0, IntegerField()),
        "since": since,
        "due": f"{order}ship_by",
        "cause": Value("", CharField()),
    } | given
    # A prefix, since an annotation must not have the name of a model field.
    named = {
        f"matter_{name}": F(column) if isinstance(column, str) else column
        for name, column in columns.items()
    }
    matters: QuerySet[Any] = rows.annotate(**named).values_list(*named)
    return matters.order_by("matter_since")
