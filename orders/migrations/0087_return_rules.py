"""Rules of the return policy of a seller."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_returnrule ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_returnrule
USING (orders_returnrule.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_returnrule.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_returnrule"


class Migration(migrations.Migration):
    dependencies = [("orders", "0086_discrepancies")]

    operations = [
        migrations.CreateModel(
            name="ReturnRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orders.keys.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(help_text="Lower goes first.")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("review", "You decide"),
                            ("refuse", "Refuse"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "skus",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("days_from", models.PositiveIntegerField(blank=True, null=True)),
                ("days_to", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "value_from",
                    models.BigIntegerField(blank=True, help_text="In minor units.", null=True),
                ),
                ("value_to", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, help_text="Of the value.", max_length=3)),
                (
                    "words",
                    models.CharField(
                        blank=True, help_text="The customer reads them.", max_length=250
                    ),
                ),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="returnrule",
            index=models.Index(fields=["seller", "position"], name="return_rule_by_place"),
        ),
        migrations.AddConstraint(
            model_name="returnrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("value_from__isnull", True), ("value_to__isnull", True)),
                    models.Q(("currency", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_value_of_returns_has_its_currency",
            ),
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
