"""Photos of what came back, beside those of customers."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0170_grades_of_returned_units")]

    operations = [
        migrations.AddField(
            "problemphoto",
            "return_line",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="photos",
                to="orders.returnline",
            ),
        ),
        AddConstraintNotValid(
            "problemphoto",
            models.CheckConstraint(
                condition=Q(return_line__isnull=True) | Q(order_return__isnull=False),
                name="a_photo_of_units_is_of_their_return",
            ),
        ),
    ]
