"""Further news that shops are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0051_told_stock"),
    ]

    operations = [
        migrations.AddField(
            model_name="push",
            name="about",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Which units, and the refund that is due; no names.",
                max_length=250,
            ),
        ),
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
                ],
                max_length=12,
            ),
        ),
    ]
