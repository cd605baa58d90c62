"""Rules of sellers for new orders."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

import orders.keys

POLICY = """
ALTER TABLE orders_routingrule ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_routingrule
USING (orders_routingrule.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_routingrule.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_routingrule"


class Migration(migrations.Migration):
    dependencies = [("orders", "0046_sellers_with_rules")]

    operations = [
        migrations.CreateModel(
            name="RoutingRule",
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
                ("name", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField(help_text="Lower goes first.")),
                ("is_active", models.BooleanField(default=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), blank=True, default=list
                    ),
                ),
                (
                    "postcodes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=list,
                        help_text="How a postcode begins: in capitals, without blanks.",
                    ),
                ),
                (
                    "currency",
                    models.CharField(blank=True, help_text="Of the value.", max_length=3),
                ),
                (
                    "value_from",
                    models.BigIntegerField(blank=True, help_text="In minor units.", null=True),
                ),
                ("value_to", models.BigIntegerField(blank=True, null=True)),
                ("units_from", models.PositiveIntegerField(blank=True, null=True)),
                ("units_to", models.PositiveIntegerField(blank=True, null=True)),
                ("is_gift", models.BooleanField(blank=True, null=True)),
                ("has_note", models.BooleanField(blank=True, null=True)),
                ("priority", models.SmallIntegerField(blank=True, null=True)),
                (
                    "ships_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("as_available", "As available"),
                            ("together", "All together"),
                            ("complete", "All or nothing"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "hold",
                    models.CharField(blank=True, help_text="Why it is held.", max_length=250),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.saleschannel",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.product",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="routing_rules",
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(deleted_at__isnull=True),
                        fields=["seller", "position"],
                        name="rule_in_force",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(priority__isnull=False) | ~Q(ships_as="") | ~Q(hold=""),
                        name="a_rule_does_something",
                    ),
                    models.CheckConstraint(
                        condition=Q(value_from__isnull=True, value_to__isnull=True)
                        | ~Q(currency=""),
                        name="a_value_has_its_currency",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
