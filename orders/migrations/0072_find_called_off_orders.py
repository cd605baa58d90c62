"""An index for the orders that their customers called off: few of all events."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0071_refunds_that_are_due")]

    operations = [
        AddIndexConcurrently(
            model_name="event",
            index=models.Index(
                F("seller"),
                F("id"),
                name="event_called_off",
                condition=models.Q(kind="order.called_off"),
            ),
        ),
    ]
