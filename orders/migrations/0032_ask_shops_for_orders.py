"""How far the orders of a shop are known that is asked for them, and calls to be asked about."""

import django.utils.timezone
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from orders.values.moments import FIRST


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0031_shipping_rule_of_sellers")]

    operations = [
        migrations.AddField(
            "shoplink", "place", models.JSONField(blank=True, db_default={}, default=dict)
        ),
        migrations.AddField(
            "shoplink",
            "polls_at",
            models.DateTimeField(
                db_default=FIRST,
                default=django.utils.timezone.now,
                help_text="Is asked what has changed from then on.",
            ),
        ),
        migrations.AddField(
            "shoplink",
            "asks_at",
            models.DateTimeField(
                db_default=FIRST,
                default=django.utils.timezone.now,
                help_text="Nobody asks it before: a worker asks it now, or it has to be left alone.",
            ),
        ),
        migrations.AddField(
            "shoplink",
            "asked_at",
            models.DateTimeField(blank=True, help_text="When it last answered.", null=True),
        ),
        migrations.AddField(
            "shoplink",
            "ask_tries",
            models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="How often in a row it could not be asked."
            ),
        ),
        migrations.AddField(
            "shoplink",
            "ask_problem",
            models.CharField(blank=True, db_default="", default="", max_length=250),
        ),
        migrations.AddField("shoplink", "fails_since", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            "call",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "To be worked off"),
                    ("asking", "The shop is asked"),
                    ("done", "Done"),
                    ("refused", "Not understood"),
                    ("dismissed", "Dismissed"),
                ],
                default="waiting",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            "shoporder",
            "payment",
            models.CharField(
                blank=True,
                choices=[
                    ("paid", "paid"),
                    ("authorised", "authorised, not yet captured"),
                    ("unpaid", "not paid yet"),
                    ("held", "the shop holds the order"),
                    ("voided", "voided"),
                    ("refunded", "refunded"),
                ],
                max_length=12,
            ),
        ),
        AddIndexConcurrently(
            "call",
            models.Index(
                fields=["channel", "due_at"], name="call_asking", condition=models.Q(state="asking")
            ),
        ),
    ]
