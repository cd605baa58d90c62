"""The rows of a story as text for COPY, with a blank wherever a copy of the order differs.

Nothing here knows what an order's rows are like: models and paths to the order are enough, so a new
column needs no change. A blank is `%(name)s`, and one `%` fills all blanks of an order.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import F, Field, Model

from fulfillment.demo.seeding.base import Base
from fulfillment.demo.seeding.stories import MARKS, TOOK, Story
from notifications.models import Attempt, Message
from notifications.states import CLAIMABLE, MessageStatus
from orders.models import (
    Event,
    Hold,
    LabelRequest,
    Order,
    OrderLine,
    Package,
    PackageLine,
    Promise,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
)
from warehouse.books import IN_TOTES
from warehouse.models import (
    Location,
    PickLine,
    PickList,
    Reservation,
    Run,
    Stock,
    StockMovement,
    Stop,
)

# The way from each row to its order; a row of the order comes after those that it names.
PATHS: dict[type[Model], str] = {
    Order: "pk",
    OrderLine: "order",
    Hold: "order",
    Shipment: "order",
    ShipmentLine: "shipment__order",
    Package: "order",
    PackageLine: "package__order",
    LabelRequest: "package__order",
    Promise: "order",
    Event: "order",
    Return: "order",
    ReturnLine: "order_return__order",
    Message: "order",
    Attempt: "message__order",
    PickList: "shipment__order",
    PickLine: "pick_list__shipment__order",
    Reservation: "line__order",
    Stop: "packages__order",
    Stop.packages.through: "package__order",
}
TABLES: tuple[type[Model], ...] = (*PATHS, StockMovement, Run, Location, Stock)
# Dates for customers and workers: they move by whole weeks only, so that hours stay hours.
DEADLINES = {"ship_by", "earliest", "latest", "likely", "window_starts", "window_ends", "until"}
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NULL = r"\N"
Row = dict[str, Any]
Column: TypeAlias = "Field[Any, Any]"


@dataclass
class Form:
    """A story as text with blanks, by table; and what the blanks stand for."""

    story: Story
    texts: dict[type[Model], str] = field(default_factory=dict)
    ids: dict[UUID, str] = field(default_factory=dict)
    serials: dict[tuple[type[Model], int], str] = field(default_factory=dict)
    moments: dict[datetime, str] = field(default_factory=dict)
    deadlines: dict[datetime, str] = field(default_factory=dict)
    days: dict[date, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    runs: list[UUID] = field(default_factory=list)
    order_id: str = ""
    parcels: dict[str, str] = field(default_factory=dict)  # blank of the number: that of the id
    returns: list[str] = field(default_factory=list)
    totes: list[str] = field(default_factory=list)

    @property
    def last(self) -> datetime:
        """When the story was over."""
        return max(self.moments)


def columns_of(model: type[Model]) -> list[Column]:
    """The columns that COPY fills: all but the generated ones."""
    return [column for column in model._meta.concrete_fields if not column.generated]


@dataclass(frozen=True)
class Told:
    """All forms, those of the runs by id; told at this moment, at this place of the event log."""

    at: datetime
    position: int
    forms: list[Form]
    runs: dict[UUID, Form]


def read_forms(base: Base, stories: Iterable[Story], *, at: datetime, position: int) -> Told:
    """The forms of the stories, and of the runs that they were on."""
    told = {story.order_id: Form(story) for story in stories}
    rows = _rows_by_order(list(told))
    for order_id, form in told.items():
        _Writer(base, form).write(rows[order_id])
    runs = {}
    driven: Any = Run.objects.filter(stops__packages__order__in=list(told)).distinct()
    for row in driven.values():
        form = runs[row["id"]] = Form(Story(row["id"], 0, is_in_work=False), runs=[row["id"]])
        _Writer(base, form).write({Run: [row]})
    return Told(at, position, list(told.values()), runs)


def _rows_by_order(order_ids: list[UUID]) -> dict[UUID, dict[type[Model], list[Row]]]:
    found: dict[UUID, dict[type[Model], list[Row]]] = {pk: defaultdict(list) for pk in order_ids}
    subjects: dict[UUID, UUID] = {}
    for model, path in PATHS.items():
        names = [column.attname for column in columns_of(model)]
        rows: Any = model._default_manager.filter(**{f"{path}__in": order_ids})
        for row in rows.order_by("pk").values(*names, told_order=F(path)).distinct():
            order_id = row.pop("told_order")
            found[order_id][model].append(row)
            subjects[row["id"]] = order_id
    moved: Any = StockMovement.objects.filter(subject_id__in=_uuids(subjects))
    for row in moved.values():
        found[subjects[row["subject_id"]]][StockMovement].append(row)
    return found


def _uuids(subjects: dict[UUID, UUID]) -> list[UUID]:
    return [pk for pk in subjects if isinstance(pk, UUID)]


def _escaped(text: str) -> str:
    for sign, code in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"), ("%", "%%")):
        text = text.replace(sign, code)
    return text


def _blank(name: str) -> str:
    return f"%({name})s"


class _Writer:
    """Writes one form."""

    def __init__(self, base: Base, form: Form) -> None:
        self.base, self.form, self.number = base, form, ""
        self.writers: dict[type, Callable[[Column, Any], str]] = {
            type(None): lambda column, value: NULL,
            UUID: lambda column, value: self._id(value),
            datetime: self._time,
            date: lambda column, value: _blank(_place(form.days, value, "day")),
            bool: lambda column, value: "t" if value else "f",
            int: self._number,
            str: lambda column, value: self._words(value),
            bytes: lambda column, value: f"\\\\x{value.hex()}",
            memoryview: lambda column, value: f"\\\\x{value.hex()}",
            dict: lambda column, value: self._json(value),
            # Arrays: of ids, which have blanks of their own.
            list: lambda column, value: f"{{{','.join(self._text(column, one) for one in value)}}}",
        }
        shop = base.shops[0]
        self.known: dict[UUID, str] = {
            shop.seller.pk: "seller",
            shop.channel.pk: "channel",
            base.couriers[0].pk: "courier",
        }
        self.goods: dict[UUID, str] = {}
        for kind, goods in (("good", shop.goods), ("sold_out", shop.sold_out)):
            for place, good in enumerate(goods):
                name = self.goods[good.product_id] = f"{kind}{place}"
                self.known[good.product_id] = f"{name}_id"
                self.known[good.supply_id] = f"{name}_supply"
                self.known[good.stock_id] = f"{name}_stock"
                self.known[good.bin_id] = f"{name}_bin"
        form.words = {getattr(MARKS, mark.name): mark.name for mark in fields(MARKS)}
        form.words[shop.seller.email] = "seller_email"

    def write(self, rows: dict[type[Model], list[Row]]) -> None:
        """Fill the form from the rows of its order."""
        self._add_totes(rows)
        self._name_all(rows)
        for model in TABLES:
            lines = [self._line(model, row) for row in rows.get(model, ())]
            if lines:
                self.form.texts[model] = "".join(lines)

    def _add_totes(self, rows: dict[type[Model], list[Row]]) -> None:
        """An order with units in a tote has it for itself: it is copied with what lies in it."""
        here = {row["id"] for row in rows.get(Shipment, ()) if row["status"] in IN_TOTES}
        totes = [walk["tote_id"] for walk in rows.get(PickList, ()) if walk["shipment_id"] in here]
        if totes:
            used: Any = Location.objects.filter(pk__in=totes)
            rows[Location] = list(used.values())
            full: Any = Stock.objects.filter(location__in=totes, on_hand__gt=0)
            rows[Stock] = list(full.values())

    def _name_all(self, rows: dict[type[Model], list[Row]]) -> None:
        """Blanks of all ids and numbers, before the first row that names one is written."""
        form = self.form
        form.runs += {row["run_id"]: None for row in rows.get(Stop, ())}
        self.known |= {run_id: f"run{place}" for place, run_id in enumerate(form.runs)}
        for model in TABLES:
            for row in rows.get(model, ()):
                self._name(model, row["id"])
        for row in rows.get(Order, ()):
            form.order_id, self.number = form.ids[row["id"]], row["number"]
        parcels = {row["tracking_number"]: row["id"] for row in rows.get(Package, ())}
        parcels.pop("", None)
        form.words |= _named("parcel", parcels)
        form.parcels = {form.words[number]: form.ids[pk] for number, pk in parcels.items()}
        returns = _named("return", [row["number"] for row in rows.get(Return, ())])
        totes = _named("tote", [row["code"] for row in rows.get(Location, ())])
        form.words |= returns | totes
        form.returns, form.totes = list(returns.values()), list(totes.values())

    def _name(self, model: type[Model], pk: UUID | int) -> None:
        if isinstance(pk, int):
            self.form.serials[model, pk] = f"serial{len(self.form.serials)}"
        elif pk not in self.known:
            self.form.ids[pk] = f"id{len(self.form.ids)}"

    def _line(self, model: type[Model], row: Row) -> str:
        special = self._special(model, row)
        values = [
            special[name] if name in special else self._text(column, row[name])
            for column in columns_of(model)
            if (name := column.attname)
        ]
        return "\t".join(values) + "\n"

    def _special(self, model: type[Model], row: Row) -> dict[str, str]:
        """Columns whose text is not found by its value alone."""
        if model is Order:
            return {
                "country": _blank("country"),
                "language": _blank("language"),
                "tracking_hash": _blank("tracking_hash"),
            }
        if model is OrderLine and (name := self.goods.get(row["product_id"])):
            return {part: _blank(f"{name}_{part}") for part in ("sku", "title", "unit_price")}
        if model is Message:
            return self._message(row)
        if model is Event:
            return {"transaction_id": _blank("position"), "at": self._moment(_made_at(row["id"]))}
        if model is Stop:
            return {"position": _blank(f"place{self.form.runs.index(row['run_id'])}")}
        return {}

    def _message(self, row: Row) -> dict[str, str]:
        """A message that waits in the story has left in its copies, as its attempt says."""
        is_to_customer = row["audience"] == Message.Audience.CUSTOMER
        words = {"language": _blank("language")} if is_to_customer else {}
        if row["status"] not in CLAIMABLE:
            return words
        return words | {
            "status": MessageStatus.SENT,
            "attempts_made": "1",
            "cause": "",
            "reason": "",
            "next_attempt_at": self._moment(row["created_at"]),
            "settled_at": self._moment(row["created_at"] + TOOK),
            "provider_id": f"seed-{_blank(self.form.serials[Message, row['id']])}",
        }

    def _text(self, column: Column, value: Any) -> str:
        """One value, with blanks; what it is says how."""
        for kind, write in self.writers.items():  # the narrower ones first
            if isinstance(value, kind):
                return write(column, value)
        return str(value)

    def _id(self, value: UUID) -> str:
        name = self.known.get(value) or self.form.ids.get(value)
        return _blank(name) if name else str(value)

    def _time(self, column: Column, value: datetime) -> str:
        if column.name in DEADLINES:
            return _blank(_place(self.form.deadlines, value.astimezone(UTC), "deadline"))
        return self._moment(value)

    def _moment(self, value: datetime) -> str:
        return _blank(_place(self.form.moments, value.astimezone(UTC), "moment"))

    def _json(self, value: dict[str, Any]) -> str:
        return ID.sub(lambda found: self._id(UUID(found[0])), _escaped(json.dumps(value)))

    def _number(self, column: Column, value: int) -> str:
        target = column.related_model if column.remote_field else column.model
        is_key = column.primary_key or column.remote_field
        name = self.form.serials.get((target, value)) if is_key else None  # type: ignore[arg-type]
        return _blank(name) if name else str(value)

    def _words(self, value: str) -> str:
        if name := self.form.words.get(value):
            return _blank(name)
        text = _escaped(value)
        # Shipments and boxes are numbered after their order.
        return text.replace(self.number, _blank("number")) if self.number else text


def _named(name: str, values: Iterable[str]) -> dict[str, str]:
    return {value: f"{name}{place}" for place, value in enumerate(values)}


def _place(known: dict[Any, str], value: Any, name: str) -> str:
    """The blank of a value, a new one where it is the first time."""
    return known.setdefault(value, f"{name}{len(known)}")


def _made_at(pk: UUID) -> datetime:
    """The moment in an id: an event's own is that of the real transaction."""
    return datetime.fromtimestamp((pk.int >> 80) / 1000, UTC)
