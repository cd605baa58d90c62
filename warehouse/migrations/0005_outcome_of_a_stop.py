"""The outcome of a stop, and cancelled runs."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0006_find_orders_by_the_beginning_of_a_number"),
        ("warehouse", "0004_find_old_scans"),
    ]

    operations = [
        migrations.AddField(
            model_name="stop",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("receiver", "Delivered"),
                    ("neighbour", "Left with a neighbour"),
                    ("safe_place", "Left in a safe place"),
                    ("pickup_point", "Dropped at a pickup point"),
                    ("not_home", "Not delivered (nobody home)"),
                    ("refused", "Not delivered (parcel refused)"),
                    ("address_wrong", "Not delivered (wrong address)"),
                    ("damaged", "Not delivered (parcel damaged)"),
                    ("not_visited", "Not visited"),
                ],
                max_length=13,
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="status",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("started", "Started"),
                    ("finished", "Finished"),
                    ("cancelled", "Cancelled"),
                ],
                default="planned",
                max_length=9,
            ),
        ),
        AddConstraintNotValid(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", ""), ("finished_at__isnull", False), _connector="OR"
                ),
                name="only_a_finished_stop_has_an_outcome",
            ),
        ),
    ]
