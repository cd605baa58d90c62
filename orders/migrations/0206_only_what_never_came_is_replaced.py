"""Only what never came is counted as replaced, and an order may be replaced."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0205_repaired_is_not_returned")]

    operations = [
        AddConstraintNotValid(
            "orderline",
            models.CheckConstraint(
                condition=Q(replaced__lte=F("lost") + F("came_back")),
                name="replaced_only_what_never_came",
            ),
        ),
    ]
