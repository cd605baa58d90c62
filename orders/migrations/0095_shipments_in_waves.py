"""The wave in which a shipment was released to be picked; since when it is foreseen to be late."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0094_what_was_snoozed")]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="wave",
            field=models.UUIDField(
                blank=True,
                editable=False,
                help_text="The wave in which a lead has released it to be picked.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="shipment",
            name="will_miss_since",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when the warehouse foresees that it is not picked by then.",
                null=True,
            ),
        ),
    ]
