"""An index for the wishes of a pickup point: few of all wishes."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0075_wishes_of_pickup_points")]

    operations = [
        AddIndexConcurrently(
            model_name="wish",
            index=models.Index(
                fields=["point"], name="wish_of_a_point", condition=Q(point__isnull=False)
            ),
        ),
    ]
