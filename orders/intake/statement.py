"""The SQL statement of the intake, the same for one order and for a thousand.

Every table gets one INSERT from a JSON record set. An order that exists already is skipped (ON
CONFLICT DO NOTHING), and with it its lines, promise, event and messages: they join `new`.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.intake import plain
from orders.intake.idempotency import CREATED
from orders.intake.proving import IS_PROVEN, KeyProof
from orders.intake.rows import FIRST_REVISION, Rows
from orders.lifecycle.kits import LAST_POSITION
from orders.lifecycle.quantities import COUNTERS
from orders.models import (
    Event,
    Hold,
    IdempotencyKey,
    KitPart,
    Order,
    OrderLine,
    Product,
    Promise,
    SalesChannel,
    SkuAlias,
)
from orders.statements import quoted
from orders.states import OrderStatus
from orders.values.counts import MOST_PER_KIT, MOST_UNITS

# The parameters of the statement, in order: `{now}` becomes $5.
VALUES = ("order_rows", "line_rows", "seller_id", "channel_id", "now", "key_hash", "key_seen")
LETTERS_OF_THE_MOMENT = 18  # with which a UUID of version 7 begins
FIRST_FURTHER = len(VALUES) + 1  # the parameter of the first further table, the events

LINES = """
WITH
-- The lines of the orders that came in, each with the product that its SKU means.
line AS MATERIALIZED (
  SELECT r.*, meant.title AS product_title,
    -- For the lines of parts: to look for it from each of them would be quadratic.
    max(r.position) OVER (PARTITION BY r.order_id) AS last_position,
    r.ships AND EXISTS (SELECT FROM {kit_part} k WHERE k.kit_id = meant.id) AS is_kit,
    -- Of a kit whose parts would be more than a line may have a person decides.
    CASE WHEN r.ships AND r.ordered > {most_kits} AND EXISTS (
      SELECT FROM {kit_part} k
      WHERE k.kit_id = meant.id AND k.units::bigint * r.ordered > {most_units}
    ) THEN NULL ELSE meant.id END AS product_id
  FROM json_to_recordset({line_rows}::json) AS r({line_types})
  -- By the index for each line: the planner takes it for many lines, and would read all products.
  LEFT JOIN LATERAL (
    SELECT id, title FROM {product}
    WHERE seller_id = {seller_id} AND sku = r.sku AND r.sku <> '' LIMIT 1
  ) p ON true
  -- What is no SKU of ours as it stands: what the channel means by it, else in other letters.
  LEFT JOIN {alias} a ON p.id IS NULL AND a.channel_id = {channel_id} AND a.sku = lower(r.sku)
  LEFT JOIN {product} ap ON ap.id = a.product_id
  -- A function, since row-level security hides the index of small letters; LIMIT keeps it uncalled.
  LEFT JOIN LATERAL (
    SELECT id, title FROM portal_product_in_any_letters({seller_id}, r.sku)
    WHERE p.id IS NULL AND a.id IS NULL AND r.sku <> '' LIMIT 1
  ) any_case ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(p.id, a.product_id, any_case.id) AS id,
      coalesce(p.title, ap.title, any_case.title) AS title
  ) meant
)"""
MISSING = """
-- The orders with a line to ship that is no product of the seller, and what such lines call it.
missing AS (
  SELECT order_id,
    left(string_agg(DISTINCT coalesce(nullif(sku, ''), title)
      || CASE WHEN is_kit THEN ' (a kit with too many parts for one line)' ELSE '' END, ', '),
      {longest_detail}) AS skus
  FROM line WHERE ships AND product_id IS NULL GROUP BY order_id
)"""
PARTS = """
-- The parts of kits: lines behind all others of the order, without a price. Their ids are of the
-- moment of the kit's line.
part AS (
  SELECT
    (left(l.id::text, {moment}) || substr(gen_random_uuid()::text, {moment} + 1))::uuid AS id,
    l.order_id,
    least({last_position}, l.last_position
      + row_number() OVER (PARTITION BY l.order_id ORDER BY l.position, p.sku)) AS position,
    k.part_id, p.sku, p.title, k.units * l.ordered AS ordered, l.id AS kit_line_id, k.units
  FROM line l JOIN {kit_part} k ON k.kit_id = l.product_id JOIN {product} p ON p.id = k.part_id
  WHERE l.is_kit
)"""
ORDERS = """
-- The orders that came in; none under a key that is no more what it was.
wanted AS MATERIALIZED (
  SELECT * FROM json_to_recordset({order_rows}::json) AS r({order_types})
  WHERE {is_proven} AND {is_plain}
),
-- The orders that do not exist yet: all that follows is written for these alone.
new AS (
  INSERT INTO {order} (seller_id, channel_id, status, shipments_made, token_revision, created_at,
    tracking_hash, {copied})
  SELECT {seller_id}, {channel_id},
    CASE WHEN NOT w.ships THEN {nothing} WHEN {is_stopped} THEN {held} ELSE {received} END,
    0, {first_revision}, {now}, decode(w.tracking_hash, 'hex'), {copied_from}
  FROM wanted w {with_missing}
  ON CONFLICT (seller_id, channel_id, reference) DO NOTHING
  RETURNING id
)"""
KEYS = """
-- The idempotency key of each request that created an order.
key AS (
  INSERT INTO {idempotency} (seller_id, key, request_hash, status, answer, created_at)
  SELECT {seller_id}, w.key, decode(w.request_hash, 'hex'), {created}, w.answer, {now}
  FROM wanted w JOIN new ON new.id = w.id
)"""
ROWS = """
-- The lines; all counters but `ordered` begin at 0.
lines AS (
  INSERT INTO {line} (id, seller_id, order_id, position, product_id, shop_line, sku, title, ships,
    unit_price, ordered, is_kit, kit_line_id, units_per_kit, {counters})
  SELECT l.id, {seller_id}::uuid, l.order_id, l.position, l.product_id, l.shop_line, l.sku,
    coalesce(nullif(l.title, ''), l.product_title, l.sku),
    l.ships AND NOT (l.is_kit AND l.product_id IS NOT NULL), l.unit_price, l.ordered,
    l.is_kit AND l.product_id IS NOT NULL, NULL::uuid, 0, {zeros}
  FROM line l JOIN new ON new.id = l.order_id
  {and_parts}
),
-- The promise of arrival; released at once where nothing of the order ships, or it is on hold:
-- nobody is told a date that nobody knows.
promises AS (
  INSERT INTO {promise} (id, seller_id, order_id, kind, earliest, latest, local_on, zone, made_at,
    released_at)
  SELECT w.promise_id, {seller_id}, w.id, {arrives}, w.earliest, w.latest, w.local_on, w.zone,
    {now}, CASE WHEN NOT w.ships OR w.is_held OR {is_stopped} THEN {now} END
  FROM wanted w JOIN new ON new.id = w.id {with_missing}
)"""
AND_PARTS = """UNION ALL
  SELECT p.id, {seller_id}, p.order_id, p.position, p.part_id, '', p.sku, p.title, true, 0,
    p.ordered, false, p.kit_line_id, p.units, {zeros}
  FROM part p JOIN new ON new.id = p.order_id"""
HOLDS = """
-- A hold for an unknown SKU, one for a missing address, and one where no service takes it.
holds AS (
  INSERT INTO {hold} (id, seller_id, order_id, reason, detail, opened_at)
  SELECT w.hold_id, {seller_id}::uuid, w.id, {unknown_sku}, m.skus, {now}::timestamptz
  FROM missing m JOIN new ON new.id = m.order_id JOIN wanted w ON w.id = m.order_id
  UNION ALL
  SELECT w.address_hold_id, {seller_id}, w.id, {no_address}, '', {now}
  FROM wanted w JOIN new ON new.id = w.id WHERE w.lacks_address
  UNION ALL
  SELECT w.service_hold_id, {seller_id}, w.id, {no_service}, w.unreached, {now}
  FROM wanted w JOIN new ON new.id = w.id WHERE w.unreached <> ''
)"""
# For each order that came in its id, if it is new; no row where nothing was to be written.
WRITTEN = "SELECT new.id FROM wanted LEFT JOIN new ON new.id = wanted.id"
STOPPED = "(w.lacks_address OR w.unreached <> '' OR m.skus IS NOT NULL)"
WITH_MISSING = "LEFT JOIN missing m ON m.order_id = w.id"
LINE_TYPES = (
    "id uuid, order_id uuid, position smallint, shop_line varchar, sku varchar, title varchar, "
    "ships boolean, unit_price bigint, ordered integer"
)
# What an order's row brings beside the columns of the order, and its types.
NOT_COPIED = {
    "tracking_hash": "text", "ships": "boolean", "is_held": "boolean", "hold_id": "uuid",
    "address_hold_id": "uuid", "lacks_address": "boolean", "service_hold_id": "uuid",
    "unreached": "text", "promise_id": "uuid", "earliest": "timestamptz", "latest": "timestamptz",
    "local_on": "date", "zone": "varchar", "key": "varchar", "request_hash": "text",
    "answer": "jsonb",
}  # fmt: skip


def accept_statement(
    channel: SalesChannel,
    rows: Sequence[Rows],
    extras: Sequence[Model],
    *,
    proof: KeyProof | None = None,
    is_plain: bool = False,
) -> tuple[str, list[Any]]:
    """(SQL, parameters). `extras` are unsaved rows of other tables that have an `order_id`.

    With a `proof` nothing is written unless it holds. The short text, for what `is_plain`, writes
    nothing where an order turns out not to be (`orders/intake/plain.py`).
    """
    further: list[Model] = [*(row.event for row in rows), *extras]
    models = tuple(dict.fromkeys(type(row) for row in further))
    named = {
        "order_rows": _json([row.order_row for row in rows]),
        "line_rows": _json([line for row in rows for line in row.line_rows]),
        "seller_id": channel.seller_id,
        "channel_id": channel.pk,
        "now": timezone.now(),
        "key_hash": proof and proof.key_hash,
        "key_seen": proof and proof.seen,
    }
    values = [named[name] for name in VALUES]
    for model in models:
        names = _names(model)
        values.append(_json([_columns(row, names) for row in further if isinstance(row, model)]))
    return _sql(tuple(rows[0].order_row), models, is_plain), values


# Cached, and the same text for any number of orders: the server prepares it once per connection.
@cache
def _sql(order_columns: tuple[str, ...], models: tuple[type[Model], ...], is_plain: bool) -> str:
    names = _names_of(order_columns)
    keys = [KEYS] if "key" in order_columns else []
    if is_plain:
        parts = [plain.LINES, ORDERS, *keys, ROWS]
        conditions = plain.conditions(names)
    else:
        parts = [LINES, MISSING, PARTS, ORDERS, *keys, ROWS, HOLDS]
        conditions = {"is_plain": "true", "is_stopped": STOPPED, "with_missing": WITH_MISSING}
        conditions["and_parts"] = AND_PARTS.format(**names)
    named = ",".join(parts).format(**names, **conditions)
    further = "".join(
        _insert(number, model, is_plain=is_plain) for number, model in enumerate(models)
    )
    happened, joining = ("", "") if is_plain else (_happened(), _joining())
    return f"{named}{happened}{further}{joining}\n{WRITTEN}"


def _names_of(order_columns: tuple[str, ...]) -> dict[str, Any]:
    """What stands for the names in the texts, but for what the short text says otherwise."""
    copied = [name for name in order_columns if name not in NOT_COPIED]
    types = {field.column: str(field.db_type(connection)) for field in Order._meta.concrete_fields}
    places = {name: f"${place}" for place, name in enumerate(VALUES, start=1)}
    return (
        places
        | _tables()
        | {
            "is_proven": IS_PROVEN.format(**places),
            "order_types": ", ".join(
                f"{name} {NOT_COPIED.get(name) or types[name]}" for name in order_columns
            ),
            "line_types": LINE_TYPES,
            "copied": ", ".join(copied),
            "copied_from": ", ".join(f"w.{name}" for name in copied),
            "counters": ", ".join(COUNTERS[1:]),
            "zeros": ", ".join("0" for _ in COUNTERS[1:]),
            "most_units": MOST_UNITS,
            "most_kits": MOST_UNITS // MOST_PER_KIT,
            "last_position": LAST_POSITION,
            "moment": LETTERS_OF_THE_MOMENT,
            "nothing": quoted(OrderStatus.NOTHING_TO_SHIP),
            "held": quoted(OrderStatus.ON_HOLD),
            "received": quoted(OrderStatus.RECEIVED),
            "arrives": quoted(Promise.Kind.ARRIVES),
            "unknown_sku": quoted(Hold.Reason.UNKNOWN_SKU),
            "no_address": quoted(Hold.Reason.NO_ADDRESS),
            "no_service": quoted(Hold.Reason.NO_SERVICE),
            "longest_detail": Hold._meta.get_field("detail").max_length,
            "first_revision": FIRST_REVISION,
            "created": CREATED,
        }
    )


def _tables() -> dict[str, str]:
    models = {
        "order": Order, "line": OrderLine, "hold": Hold, "promise": Promise,
        "idempotency": IdempotencyKey, "product": Product, "alias": SkuAlias, "kit_part": KitPart,
    }  # fmt: skip
    return {name: _table(model) for name, model in models.items()}


def _happened() -> str:
    """The events of the orders that are new, for all who join them; the first further rows."""
    return f", happened AS MATERIALIZED (SELECT r.* FROM {_rows(0, Event)})"  # noqa: S608 - of ours


def _joining() -> str:
    """The inserts of other apps, from `happened` and `wanted`: settings.INTAKE_STATEMENTS."""
    parts = [import_string(path)("happened", "wanted") for path in settings.INTAKE_STATEMENTS]
    return "".join(f", joining_{number} AS ({part})" for number, part in enumerate(parts))


def _insert(number: int, model: type[Model], *, is_plain: bool) -> str:
    fields = _written(model)
    columns = ", ".join(f"{field.column}" for field in fields)
    taken = ", ".join(f"r.{field.column}" if is_plain else _taken(model, field) for field in fields)
    rows = _rows(number, model) if number or is_plain else "happened r"
    return (
        f", more_{number} AS (INSERT INTO {_table(model)} ({columns}) "  # noqa: S608 - of ours
        f"SELECT {taken} FROM {rows})"
    )


def _rows(number: int, model: type[Model]) -> str:
    """The further rows of a model that belong to new orders, as `r`."""
    types = ", ".join(f"{field.column} {field.db_type(connection)}" for field in _written(model))
    return (
        f"json_to_recordset(${FIRST_FURTHER + number}::json) AS r({types}) "
        "JOIN new ON new.id = r.order_id"
    )


def _taken(model: type[Model], field: "Field[Any, Any]") -> str:
    """The value of a column. A row that waits for the allocator does not where a line of its order
    is no product of ours: of such an order nothing may ever be allocated.
    """
    if field.column != getattr(model, "WAITS_UNTIL", ""):
        return f"r.{field.column}"
    now = f"${VALUES.index('now') + 1}::timestamptz"
    unknown = "SELECT order_id FROM missing"
    return (
        f"CASE WHEN r.order_id IN ({unknown}) THEN least(r.{field.column}, {now}) "
        f"ELSE r.{field.column} END"
    )


@cache
def _written(model: type[Model]) -> "list[Field[Any, Any]]":
    """The columns of an insert: all but those that the database fills with a default."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.has_db_default() and field.get_internal_type() != "BigAutoField"
    ]


@cache
def _names(model: type[Model]) -> list[tuple[str, str]]:
    """(column, attribute) of each column of an insert."""
    return [(str(field.column), str(field.attname)) for field in _written(model)]


def _columns(row: Model, names: list[tuple[str, str]]) -> dict[str, Any]:
    values = vars(row)
    return {column: values[attribute] for column, attribute in names}


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
