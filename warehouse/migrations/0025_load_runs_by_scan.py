"""What was scanned onto the van of a run; a courier is on one run at a time."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("warehouse", "0011_find_what_is_still_driven"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="loaded",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                blank=True,
                default=list,
                help_text="Ids of the parcels that were scanned onto the van before the start.",
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=Q(("status", "started")),
                fields=("courier",),
                name="a_courier_is_on_one_run",
            ),
        ),
    ]
