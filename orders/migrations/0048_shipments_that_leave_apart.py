"""Shipments that were split off take in nothing that gets stock later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0047_routing_rules")]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="is_apart",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="It was split off: what gets stock later goes elsewhere.",
            ),
        ),
    ]
