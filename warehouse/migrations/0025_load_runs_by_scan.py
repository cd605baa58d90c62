"""What was scanned onto the van of a run."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
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
    ]
