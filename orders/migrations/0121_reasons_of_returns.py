"""For which products of a seller a reason of returns may be given, and who pays the way back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0120_many_returns")]

    operations = [
        migrations.AddField(
            "seller",
            "return_reasons",
            models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text=(
                    "{reason: beginnings of the SKUs for which it may be given}; none: for none."
                ),
            ),
        ),
        migrations.AddField(
            "seller",
            "return_postage",
            models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="{reason: who pays the way back: seller or customer}, where it is said.",
            ),
        ),
    ]
