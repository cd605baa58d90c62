"""Take a demo out whole: the rows of its seller and its building in every table.

Whose a row is, its model says, as for row-level security. So a table that is added later is
emptied too, and a test that counts all rows fails where one says nothing.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from fulfillment.demo.trial.stage import domain_of
from orders.models import Event, Member, Seller, User, Warehouse
from warehouse.models import StockMovement

# Tables without a tenant path of their own: the path.
FURTHER = {"orders.IdempotencyKey": "seller", "warehouse.Stop_packages": "stop__run__warehouse"}
# The role of the portal only appends to these: a function of the owner deletes there.
APPENDED: tuple[type[Model], ...] = (Event, StockMovement)
LAST: tuple[type[Model], ...] = (User, Seller, Warehouse)
LONGEST_SECONDS = 90  # below the limit of a task
FORGET = "SELECT portal_forget_demo(%(table)s::regclass, %(demo)s)"


def remove(demo: Seller) -> None:
    """Delete a demo, in the caller's transaction; foreign keys are checked as it commits."""
    # Nobody can add a row of it from here on: a foreign key waits for this lock, and then fails.
    Seller.objects.select_for_update().get(pk=demo.pk)
    # Whoever else was let into the building stays.
    members = Member.objects.filter(warehouse=demo.warehouse_id)
    made = members.filter(user__email__endswith=domain_of(demo))
    people = list(made.values_list("user", flat=True))
    with connection.cursor() as cursor:
        # Each event is looked for in tables that may be long: a request would not wait for it.
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST_SECONDS}s'")
        for model in APPENDED:
            cursor.execute(FORGET, {"table": model._meta.db_table, "demo": demo.pk})
    for model, path in sorted(_ways(), key=lambda way: -way[1].count("__")):
        is_of_building = path.endswith("warehouse")
        _delete(model, **{path: demo.warehouse_id if is_of_building else demo.pk})
    _delete(User, pk__in=people)
    _delete(Seller, pk=demo.pk)
    _delete(Warehouse, pk=demo.warehouse_id)


def _ways() -> Iterator[tuple[type[Model], str]]:
    """Each table with the paths to its seller and its building; the longest path goes first, so
    that what is on the way is still there.
    """
    for model in apps.get_models(include_auto_created=True):
        if model in APPENDED or model in LAST:
            continue
        further = FURTHER.get(model._meta.label)
        seller = getattr(model, "SELLER_PATH", further)
        building = getattr(model, "WAREHOUSE_PATH", None)
        if seller:
            yield model, seller
        if building and "seller" not in building:
            yield model, building


def _delete(model: type[Model], **which: Any) -> None:
    """One statement; the ORM's own `delete` would load the rows to look for what hangs on them."""
    rows = model._base_manager.filter(**which)
    rows._raw_delete(rows.db)
