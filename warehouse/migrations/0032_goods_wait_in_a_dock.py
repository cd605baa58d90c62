"""Locations whose goods are put away before they are promised or picked."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0031_damaged_on_arrival")]

    operations = [
        migrations.AddField(
            model_name="location",
            name="is_staging",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="What lies here is put away before it is promised to orders or picked.",
                verbose_name="goods wait here",
            ),
        ),
        AddConstraintNotValid(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=~models.Q(kind="tote") | models.Q(is_staging=False),
                name="goods_do_not_wait_in_a_tote",
            ),
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="reason",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("put_away", "Put away"),
                    ("moved", "Moved"),
                    ("picked", "Picked"),
                    ("put_back", "Put back"),
                    ("handed_over", "Handed over"),
                    ("missing", "Missing"),
                    ("restocked", "Restocked"),
                    ("adjusted", "Adjusted"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="subject_id",
            field=models.UUIDField(
                blank=True,
                help_text="The pick line, package, return line or inbound line.",
                null=True,
            ),
        ),
    ]
