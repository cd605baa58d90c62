"""Cells are locations of a put wall."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0069_put_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="location",
            name="wall",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Of a tote that is a cell of this put wall.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="places",
                to="warehouse.putwall",
            ),
        ),
    ]
