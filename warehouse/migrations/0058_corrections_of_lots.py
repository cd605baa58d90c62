"""A correction says of which lot its units are; a picker leaves what is blocked or expired."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0057_lots")]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="lot",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Of the units.", max_length=40
            ),
        ),
        migrations.AlterField(
            model_name="pickline",
            name="short_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("empty", "Location empty"),
                    ("damaged", "Product damaged"),
                    ("misplaced", "Wrong product in location"),
                    ("withheld", "Blocked or expired"),
                ],
                max_length=12,
            ),
        ),
    ]
