"""Idempotency keys of requests that were refused: the status of the answer is kept too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_bound_what_comes_from_outside"),
    ]

    operations = [
        migrations.AddField(
            model_name="idempotencykey",
            name="status",
            field=models.PositiveSmallIntegerField(db_default=201),
        ),
    ]
