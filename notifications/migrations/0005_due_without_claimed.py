"""What is due no longer indexes what is claimed; no write waits while the index is built."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0004_decided_messages"),
        ("orders", "0001_initial"),
    ]

    operations = [
        RemoveIndexConcurrently(model_name="message", name="message_due"),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                models.F("next_attempt_at"),
                condition=models.Q(("status__in", ("planned", "held", "retrying"))),
                name="message_due",
            ),
        ),
    ]
