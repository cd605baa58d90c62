"""The one statement of the intake, the same for one order and for a thousand.

Every table gets one INSERT over a JSON record set; an order that exists already inserts nothing,
and so do its lines, promise, event and messages, which join the orders that were new.
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

from orders.intake.rows import Rows
from orders.models import Event, Hold, IdempotencyKey, Order, OrderLine, Promise, SalesChannel
from orders.states import OrderStatus

SQL = """
WITH wanted AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS r({order_types})
), line AS MATERIALIZED (
  SELECT r.*, p.id AS product_id, p.title AS product_title
  FROM json_to_recordset($2::json) AS r(
    id uuid, order_id uuid, position smallint, sku varchar, title varchar, ships boolean,
    unit_price bigint, ordered integer)
  LEFT JOIN {product} p ON p.seller_id = $4 AND p.sku = r.sku AND r.sku <> ''
), missing AS (
  SELECT order_id, left(string_agg(DISTINCT coalesce(nullif(sku, ''), title), ', '), 250) AS skus
  FROM line WHERE ships AND product_id IS NULL GROUP BY order_id
), new AS (
  INSERT INTO {order} (seller_id, channel_id, status, shipments_made, token_revision, created_at,
    tracking_hash, {copied})
  SELECT $4, $5,
    CASE WHEN NOT w.ships THEN '{nothing}'
         WHEN w.lacks_address OR m.skus IS NOT NULL THEN '{held}' ELSE '{received}' END,
    0, 1, $6, decode(w.tracking_hash, 'hex'), {copied_from}
  FROM wanted w LEFT JOIN missing m ON m.order_id = w.id
  ON CONFLICT (seller_id, channel_id, reference) DO NOTHING
  RETURNING id
), key AS (
  INSERT INTO {key} (seller_id, key, request_hash, answer, created_at)
  SELECT $4, $7::varchar, $8::bytea, $9::jsonb, $6 WHERE $7 <> '' AND EXISTS (SELECT 1 FROM new)
), lines AS (
  INSERT INTO {line} (id, seller_id, order_id, position, product_id, sku, title, ships, unit_price,
    ordered, allocated, backordered, cancelled, picked, packed, shipped, delivered, lost, came_back,
    returned, replaced)
  SELECT l.id, $4, l.order_id, l.position, l.product_id, l.sku,
    coalesce(nullif(l.title, ''), l.product_title, l.sku), l.ships, l.unit_price, l.ordered,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  FROM line l JOIN new ON new.id = l.order_id
), holds AS (
  INSERT INTO {hold} (id, seller_id, order_id, reason, detail, opened_at)
  SELECT w.hold_id, $4::uuid, w.id, '{unknown_sku}', m.skus, $6::timestamptz
  FROM missing m JOIN new ON new.id = m.order_id JOIN wanted w ON w.id = m.order_id
  UNION ALL
  SELECT w.address_hold_id, $4, w.id, '{no_address}', '', $6
  FROM wanted w JOIN new ON new.id = w.id WHERE w.lacks_address
), promises AS (
  INSERT INTO {promise} (id, seller_id, order_id, kind, earliest, latest, local_on, zone, made_at,
    released_at)
  SELECT r.id, $4, r.order_id, r.kind, r.earliest, r.latest, r.local_on, r.zone, $6,
    CASE WHEN NOT w.ships THEN $6 END
  FROM json_to_recordset($3::json) AS r(id uuid, order_id uuid, kind varchar, earliest timestamptz,
    latest timestamptz, local_on date, zone varchar) JOIN new ON new.id = r.order_id
  JOIN wanted w ON w.id = r.order_id
){more}
SELECT id FROM new
"""

NOT_COPIED = {
    "tracking_hash": "text", "ships": "boolean", "hold_id": "uuid", "address_hold_id": "uuid",
    "lacks_address": "boolean",
}  # fmt: skip


def accept_statement(
    channel: SalesChannel,
    rows: Sequence[Rows],
    extras: Sequence[Model],
    *,
    once: Any = None,
    answer: dict[str, Any] | None = None,
) -> tuple[str, list[Any]]:
    """The SQL and its values. `extras` are unsaved rows of other tables that name their order."""
    further: list[Model] = [*(row.event for row in rows), *extras]
    models = tuple(dict.fromkeys(type(row) for row in further))
    values = [
        _json([row.order_row for row in rows]),
        _json([line for row in rows for line in row.line_rows]),
        _json([row.promise_row for row in rows]),
        channel.seller_id,
        channel.pk,
        timezone.now(),
        once.key if once else "",
        once.request_hash if once else b"",
        _json(answer),
    ]
    for model in models:
        fields = _written(model)
        values.append(_json([_columns(row, fields) for row in further if isinstance(row, model)]))
    return _sql(tuple(rows[0].order_row), models), values


@cache
def _sql(order_columns: tuple[str, ...], models: tuple[type[Model], ...]) -> str:
    copied = [name for name in order_columns if name not in NOT_COPIED]
    types = {field.column: str(field.db_type(connection)) for field in Order._meta.concrete_fields}
    return SQL.format(
        order_types=", ".join(
            f"{name} {NOT_COPIED.get(name) or types[name]}" for name in order_columns
        ),
        copied=", ".join(copied),
        copied_from=", ".join(f"w.{name}" for name in copied),
        order=_table(Order),
        line=_table(OrderLine),
        hold=_table(Hold),
        promise=_table(Promise),
        key=_table(IdempotencyKey),
        product=_table(OrderLine._meta.get_field("product").related_model),
        nothing=OrderStatus.NOTHING_TO_SHIP.value,
        held=OrderStatus.ON_HOLD.value,
        received=OrderStatus.RECEIVED.value,
        unknown_sku=Hold.Reason.UNKNOWN_SKU.value,
        no_address=Hold.Reason.NO_ADDRESS.value,
        more="".join(_insert(number, model) for number, model in enumerate(models)) + _joining(),
    )


FIRST_FURTHER = 10  # the number of the first value after those that SQL names


def _joining() -> str:
    """What other apps write from the events and orders of this statement: settings name them."""
    parts = [import_string(path)("happened", "wanted") for path in settings.INTAKE_STATEMENTS]
    if not parts:
        return ""
    # The events are the first of the further rows.
    columns = _types(_written(Event))
    happened = (
        f"SELECT r.* FROM json_to_recordset(${FIRST_FURTHER}::json) AS r({columns}) "  # noqa: S608
        "JOIN new ON new.id = r.order_id"
    )
    joined = "".join(f", joining_{number} AS ({part})" for number, part in enumerate(parts))
    return f", happened AS MATERIALIZED ({happened}){joined}"


def _insert(number: int, model: type[Model]) -> str:
    fields = _written(model)
    columns = ", ".join(f"{field.column}" for field in fields)
    types = _types(fields)
    taken = ", ".join(f"r.{field.column}" for field in fields)
    return (
        f", more_{number} AS (INSERT INTO {_table(model)} ({columns}) SELECT {taken} "  # noqa: S608
        f"FROM json_to_recordset(${FIRST_FURTHER + number}::json) AS r({types}) "
        "JOIN new ON new.id = r.order_id)"
    )


def _types(fields: "list[Field[Any, Any]]") -> str:
    return ", ".join(f"{field.column} {field.db_type(connection)}" for field in fields)


@cache
def _written(model: type[Model]) -> "list[Field[Any, Any]]":
    """The columns a new row brings itself; what the database fills in is left to it."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.has_db_default() and field.get_internal_type() != "BigAutoField"
    ]


def _columns(row: Model, fields: "list[Field[Any, Any]]") -> dict[str, Any]:
    return {f"{field.column}": getattr(row, field.attname) for field in fields}


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
