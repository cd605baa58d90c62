"""The index by which a claim finds what is due of each seller, instead of all sellers together."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the indexes change while messages go on leaving

    dependencies = [
        ("notifications", "0004_bound_what_comes_from_outside"),
        ("orders", "0001_initial"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                models.F("channel"),
                models.F("seller"),
                models.F("next_attempt_at"),
                condition=models.Q(("status__in", ("planned", "held", "retrying"))),
                name="message_due_of_seller",
            ),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_due"),
    ]
