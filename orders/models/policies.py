"""The row-level security policy of each table, from the tenant paths of its model.

A migration of each app writes them; a test compares the database with this, model by model.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

# A row of a table with a seller is seen by who sees the seller. Any other is seen by who sees its
# parent or its child on the path, whose own policy decides.
# What is read is compared with a setting that is read once a statement; what is written, mostly
# one row, with the setting itself, which costs less than to prepare that.
POLICY = "CREATE POLICY {name} ON {table} USING ({read}) WITH CHECK ({written})"
ALL = "(SELECT portal_sees_all())"
SEEN = "(SELECT portal_sees())::uuid[]"
SELLER = "{table}.{column} = ANY ({seen})"
# Of no seller: nobody's secret, but hidden like all else where nothing was set.
NOBODYS = "({table}.{column} IS NULL AND cardinality({seen}) > 0)"
THROUGH = "EXISTS (SELECT FROM {other} WHERE {other}.{there} = {table}.{here})"

# Tables without a tenant path that hold something of a tenant all the same: the path.
WITHOUT_PATH = {"orders.IdempotencyKey": "seller", "warehouse.Stop_packages": "stop"}
# Tables with a tenant path and no policy: why.
WITHOUT_POLICY = {
    "orders.User": (
        "People are read at sign-in, before there is a viewer, and are named in the history of "
        "every tenant they worked for. Whose they are is a Member, which has a policy."
    ),
}


def policies(app: str, *, name: str = "tenant") -> dict[str, str]:
    """The statement that makes the policy of each table of an app, by table."""
    return {
        model._meta.db_table: _policy(name, model._meta.db_table, " OR ".join([*ways, ALL]))
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model._meta.label not in WITHOUT_POLICY and (ways := list(_ways(model)))
    }


def _policy(name: str, table: str, read: str) -> str:
    written = read.replace(ALL, "portal_sees_all()").replace(SEEN, "portal_sees()")
    return POLICY.format(name=name, table=table, read=read, written=written)


def _ways(model: Any) -> Iterator[str]:
    """The conditions of which one must hold: SQL for the first step of each path."""
    seller = getattr(model, "SELLER_PATH", WITHOUT_PATH.get(model._meta.label))
    building = getattr(model, "WAREHOUSE_PATH", None)
    if seller == "seller":
        yield _direct(model, seller)
    if "pk" in (seller, building):
        yield _direct(model, "pk")
    if seller not in (None, "pk", "seller"):
        yield _through(model, seller)
    may_have_none = seller == "seller" and model._meta.get_field("seller").null
    if building not in (None, "pk") and (
        seller is None or (may_have_none and _is_in(model, building))
    ):
        yield _through(model, building)
    elif may_have_none:
        yield NOBODYS.format(table=model._meta.db_table, column="seller_id", seen=SEEN)


def _is_in(model: type[Model], building: str) -> bool:
    """Whether a row names its warehouse itself, as memberships without a seller do."""
    return any(field.name == building for field in model._meta.concrete_fields)


def _direct(model: type[Model], step: str) -> str:
    field: Any = model._meta.pk if step == "pk" else model._meta.get_field(step)
    return SELLER.format(table=model._meta.db_table, column=field.column, seen=SEEN)


def _through(model: type[Model], path: str) -> str:
    first, _, rest = path.partition("__")
    here, there, other = _step(model, first)
    if other._meta.label in WITHOUT_POLICY:
        # It decides nothing itself, so it is stepped over: a user's badge is seen as its member is.
        _, there, other = _step(other, rest.partition("__")[0])
    table = model._meta.db_table
    return THROUGH.format(other=other._meta.db_table, there=there, table=table, here=here)


def _step(model: type[Model], name: str) -> tuple[str, str, type[Model]]:
    """The columns that join a model to the next one on a path, and that model."""
    field: Any = model._meta.get_field(name)
    if field.auto_created:  # the other side of a foreign key
        return "id", field.field.column, field.related_model
    return field.column, "id", field.related_model
