"""Whether a seller has routing rules, so that the intake asks for none where there are none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0045_kits_told")]

    operations = [
        migrations.AddField(
            model_name="seller",
            name="has_rules",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether a routing rule is in force: else the intake asks for none.",
            ),
        ),
    ]
