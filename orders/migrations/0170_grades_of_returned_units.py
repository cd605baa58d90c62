"""In which condition returned units came, and that another unit came than was sent."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0169_parcels_in_question")]

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
                ],
                max_length=11,
            ),
        ),
        *(
            migrations.AddField(
                "returnline", name, models.PositiveIntegerField(db_default=0, default=0)
            )
            for name in ("grade_a", "grade_b", "grade_c")
        ),
        AddConstraintNotValid(
            "returnline",
            models.CheckConstraint(
                condition=Q(inspected__gte=F("grade_a") + F("grade_b") + F("grade_c")),
                name="graded_units_were_inspected",
            ),
        ),
    ]
