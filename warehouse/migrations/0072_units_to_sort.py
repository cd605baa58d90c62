"""Picked units lie in the tote of their batch until they are sorted; what finds them."""

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("warehouse", "0071_batch_walks"),
    ]

    operations = [
        migrations.AddField(
            model_name="pickline",
            name="to_sort",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Picked units that still lie in the tote of the batch.",
            ),
        ),
        AddConstraintNotValid(
            model_name="pickline",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_sort__lte", models.F("picked"))),
                name="what_is_sorted_was_picked",
            ),
        ),
        ValidateConstraint(model_name="pickline", name="what_is_sorted_was_picked"),
        AddIndexConcurrently(
            model_name="pickline",
            index=models.Index(
                condition=models.Q(("to_sort__gt", 0)),
                fields=["pick_list"],
                name="pick_lines_to_sort",
            ),
        ),
        AddIndexConcurrently(
            model_name="picklist",
            index=models.Index(
                condition=models.Q(("batch_tote__isnull", False)),
                fields=["batch_tote", "id"],
                name="pick_lists_of_a_batch",
            ),
        ),
        AddIndexConcurrently(
            model_name="location",
            index=models.Index(
                condition=models.Q(("wall__isnull", False)),
                fields=["wall"],
                name="cells_of_a_wall",
            ),
        ),
    ]
