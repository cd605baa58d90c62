"""A walk is picked in one zone, and passed on to the next; what finds those that wait."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("warehouse", "0078_check_zones_of_totes"),
    ]

    operations = [
        migrations.AddField(
            model_name="picklist",
            name="zone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Its picker picks here what lies in this zone, or in none; empty: all of it.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="picklist",
            name="passed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since then its tote waits for whoever picks where its other stops are.",
                null=True,
            ),
        ),
        AddIndexConcurrently(
            model_name="picklist",
            index=models.Index(
                condition=models.Q(("passed_at__isnull", False), ("status", "aside")),
                fields=["warehouse"],
                name="pick_lists_passed_on",
            ),
        ),
    ]
