"""Why a shipment leaves its warehouse, of a seller that has several."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0139_sellers_see_their_warehouses")]

    operations = [
        migrations.AddField(
            "shipment",
            "chosen",
            models.JSONField(
                blank=True,
                editable=False,
                help_text="Why it leaves this warehouse, where the seller has several.",
                null=True,
            ),
        ),
    ]
