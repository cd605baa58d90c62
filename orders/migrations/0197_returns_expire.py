"""A return that nobody hands in expires: it is cancelled, and says why."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0196_rules_name_categories")]

    operations = [
        migrations.AddField(
            "return",
            "is_expired",
            models.BooleanField(db_default=False, default=False),
        ),
        AddConstraintNotValid(
            "return",
            models.CheckConstraint(
                condition=Q(is_expired=False) | Q(status="cancelled"),
                name="only_a_cancelled_return_is_expired",
            ),
        ),
    ]
