"""Holds that end by themselves are found by their moment."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("orders", "0021_edited_orders_move_promises"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hold",
            name="until",
            field=models.DateTimeField(
                blank=True, help_text="When it is released by itself.", null=True
            ),
        ),
        AddIndexConcurrently(
            model_name="hold",
            index=models.Index(
                condition=models.Q(released_at__isnull=True, until__isnull=False),
                fields=["until"],
                name="hold_to_end",
            ),
        ),
    ]
