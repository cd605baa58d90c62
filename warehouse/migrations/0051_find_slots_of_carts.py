"""Indexes for the slots and pick lists of carts; a picker has many of these open at once."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

ONE_WITHOUT = """
CREATE UNIQUE INDEX CONCURRENTLY one_open_walk_without_a_cart
ON warehouse_picklist (picker_id) WHERE status = 'open' AND cart_walk IS NULL
"""
NOT_ONE_WITHOUT = "DROP INDEX CONCURRENTLY one_open_walk_without_a_cart"
ONE = """
CREATE UNIQUE INDEX CONCURRENTLY one_open_pick_list_per_picker
ON warehouse_picklist (picker_id) WHERE status = 'open'
"""
NOT_ONE = "DROP INDEX CONCURRENTLY one_open_pick_list_per_picker"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("warehouse", "0050_slots_of_carts"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="location",
            index=models.Index(
                condition=models.Q(("cart__isnull", False)),
                fields=["cart"],
                name="slots_of_a_cart",
            ),
        ),
        AddIndexConcurrently(
            model_name="picklist",
            index=models.Index(
                condition=models.Q(("cart_walk__isnull", False)),
                fields=["cart_walk"],
                name="pick_lists_of_a_cart",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ONE_WITHOUT, NOT_ONE_WITHOUT)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="picklist",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("cart_walk__isnull", True), ("status", "open")),
                        fields=("picker",),
                        name="one_open_walk_without_a_cart",
                    ),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(NOT_ONE, ONE)],
            state_operations=[
                migrations.RemoveConstraint(
                    model_name="picklist", name="one_open_pick_list_per_picker"
                ),
            ],
        ),
    ]
