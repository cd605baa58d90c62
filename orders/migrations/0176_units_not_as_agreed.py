"""That a unit came back in a state in which the seller may not want it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0175_labels_are_offered")]

    operations = [
        migrations.AlterField(  # of its choices: no statement
            "discrepancy",
            "kind",
            models.CharField(
                choices=[
                    ("wrong", "Not in the return"),
                    ("extra", "More than approved"),
                    ("unknown", "Not in the catalogue"),
                    ("missing", "Missing"),
                    ("empty", "The parcel was empty"),
                    ("unannounced", "Nobody announced it"),
                    ("late", "Found after the decision"),
                    ("swapped", "Not the unit that was sent"),
                    ("worn", "Used or damaged"),
                ],
                max_length=11,
            ),
        )
    ]
