"""Walks of a batch are picked into one tote."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0070_cells_of_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="picklist",
            name="batch_tote",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Of a batch walk: what all its orders are picked into together.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="warehouse.location",
            ),
        ),
        migrations.AlterField(
            model_name="picklist",
            name="cart_walk",
            field=models.UUIDField(
                blank=True,
                editable=False,
                help_text="The same of all that are picked on one way: into a cart, or a batch.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="picklist",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("aside", "Paused"),
                    ("done", "Done"),
                    ("to_sort", "To sort"),
                    ("put_back", "To put back"),
                ],
                default="open",
                max_length=8,
            ),
        ),
    ]
