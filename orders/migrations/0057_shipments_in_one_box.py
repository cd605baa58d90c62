"""Shipments of several orders that go out in one box."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0056_fill_promise_counts")]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="together",
            field=models.UUIDField(
                blank=True,
                help_text="Shipments with the same value go out in one box, with one label.",
                null=True,
            ),
        ),
        AddIndexConcurrently(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(("together__isnull", False)),
                fields=["together"],
                name="shipment_in_one_box",
            ),
        ),
    ]
