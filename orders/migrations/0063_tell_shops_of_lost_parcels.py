"""Shops may be told that a parcel was lost, or found again; only the model knows the list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0062_holds_without_service")]

    operations = [
        migrations.AlterField(
            model_name="push",
            name="what",
            field=models.CharField(
                choices=[
                    ("sent", "Parcel sent"),
                    ("unsent", "Parcel not sent after all"),
                    ("delivered", "Parcel delivered"),
                    ("cancelled", "Order cancelled"),
                    ("undelivered", "Parcel not delivered after all"),
                    ("removed", "Units cancelled"),
                    ("returned", "Units returned"),
                    ("lost", "Parcel lost"),
                    ("found", "Parcel found again"),
                ],
                max_length=12,
            ),
        ),
    ]
