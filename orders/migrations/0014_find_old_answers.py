"""Old answers to requests are found for retention."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("orders", "0013_check_former_shop_secrets"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="idempotencykey",
            index=BrinIndex(fields=["created_at"], name="answer_by_age"),
        ),
    ]
