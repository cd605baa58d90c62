"""What was missing in a return may be found when the seller has decided: a kind of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0090_find_arrived_returns")]

    operations = [
        migrations.AlterField(
            model_name="discrepancy",
            name="kind",
            field=models.CharField(
                choices=[
                    ("wrong", "Not in the return"),
                    ("extra", "More than approved"),
                    ("unknown", "Not in the catalogue"),
                    ("missing", "Missing"),
                    ("empty", "The parcel was empty"),
                    ("unannounced", "Nobody announced it"),
                    ("late", "Found after the decision"),
                ],
                max_length=11,
            ),
        ),
    ]
