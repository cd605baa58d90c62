"""A location may belong to a zone, and a tote belongs to none; what a put wall's rule says is mended."""

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("orders", "0168_pickers_keep_to_zones"),
        ("warehouse", "0075_badges_on_devices"),
    ]

    operations = [
        migrations.AddField(
            model_name="location",
            name="zone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Pickers may keep to a zone; empty: the location is in everybody's.",
                max_length=8,
            ),
        ),
        AddConstraintNotValid(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "tote"), _negated=True) | models.Q(("zone", "")),
                name="a_tote_is_in_no_zone",
            ),
        ),
        AddIndexConcurrently(
            model_name="location",
            index=models.Index(
                condition=models.Q(("zone__gt", "")),
                fields=["warehouse", "zone"],
                name="locations_of_a_zone",
            ),
        ),
        migrations.AlterField(
            model_name="putwall",
            name="scans_cells",
            field=models.BooleanField(
                default=True,
                help_text=(
                    "Each put is confirmed by its cell; "
                    "else also by the next unit of another product."
                ),
            ),
        ),
    ]
