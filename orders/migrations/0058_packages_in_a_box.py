"""Packages that go out in the box of another order: they have its number, and no label."""

import django.db.models.deletion
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.models import F, Q

NUMBERED = models.UniqueConstraint(
    condition=Q(("tracking_number", ""), _negated=True) & Q(("inside__isnull", True)),
    fields=("carrier", "tracking_number"),
    name="a_tracking_number_names_one_box",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0057_shipments_in_one_box")]

    operations = [
        migrations.AddField(
            model_name="package",
            name="inside",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The box in which it goes out: that one is labelled and scanned, for "
                "both.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inner",
                to="orders.package",
            ),
        ),
        AddIndexConcurrently(
            model_name="package",
            index=models.Index(
                condition=Q(("inside__isnull", False)), fields=["inside"], name="package_in_box"
            ),
        ),
        AddConstraintNotValid(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=Q(("inside__isnull", True))
                | (
                    Q(("tracking_number", ""), _negated=True)
                    & Q(("weight_grams__isnull", True))
                    & Q(("inside", F("id")), _negated=True)
                ),
                name="what_is_in_a_box_has_its_number_and_no_weight",
            ),
        ),
        ValidateConstraint(
            model_name="package", name="what_is_in_a_box_has_its_number_and_no_weight"
        ),
        # The new index first: at no moment may two boxes have one number.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    """
                    CREATE UNIQUE INDEX CONCURRENTLY a_tracking_number_names_one_box
                    ON orders_package (carrier, tracking_number)
                    WHERE (NOT (tracking_number = '') AND inside_id IS NULL)
                    """,
                    "DROP INDEX a_tracking_number_names_one_box",
                ),
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY a_tracking_number_names_one_package",
                    """
                    CREATE UNIQUE INDEX a_tracking_number_names_one_package
                    ON orders_package (carrier, tracking_number)
                    WHERE NOT (tracking_number = '')
                    """,
                ),
            ],
            state_operations=[
                migrations.AddConstraint(model_name="package", constraint=NUMBERED),
                migrations.RemoveConstraint(
                    model_name="package", name="a_tracking_number_names_one_package"
                ),
            ],
        ),
    ]
