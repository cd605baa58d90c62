"""What was scanned onto the van of a run."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0022_find_refused_scans"),
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
