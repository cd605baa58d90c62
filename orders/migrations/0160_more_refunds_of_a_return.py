"""More refunds of one return: what is owed when the former one is settled; goodwill, differences."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q

# Django would drop the reference of the column and add it again, which reads the table.
MAY_BE_EMPTY = "ALTER TABLE orders_refund ALTER COLUMN order_return_id DROP NOT NULL"
IS_GIVEN = "ALTER TABLE orders_refund ALTER COLUMN order_return_id SET NOT NULL"
AMOUNT = F("goods") - F("discount") + F("tax") + F("shipping") - F("fee")


def json(help_text: str) -> models.JSONField:
    return models.JSONField(blank=True, db_default={}, default=dict, help_text=help_text)


def money(help_text: str) -> models.BigIntegerField:
    return models.BigIntegerField(db_default=0, default=0, help_text=help_text)


class Migration(migrations.Migration):
    dependencies = [("orders", "0159_shop_orders_are_looked_at_in_turns")]

    operations = [
        migrations.RemoveConstraint("refund", "a_refund_adds_up"),
        migrations.RunSQL(
            MAY_BE_EMPTY,
            IS_GIVEN,
            state_operations=[
                migrations.AlterField(
                    "refund",
                    "order_return",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund",
                        to="orders.return",
                    ),
                )
            ],
        ),
        migrations.AddField(
            "refund",
            "former_of",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The return for which more was owed since.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="former_refunds",
                to="orders.return",
            ),
        ),
        migrations.AddField(
            "refund",
            "covers",
            json("Of the return: {units: {order line: units}, credits: [discrepancy]}."),
        ),
        migrations.AddField("refund", "differences", json("Of it: {order line: [units, amount]}.")),
        migrations.AddField(
            "refund",
            "difference",
            money("What was bought cost more than what it is exchanged for."),
        ),
        migrations.AddField("refund", "goodwill", money("Of the seller's will.")),
        migrations.AlterField(
            "refund",
            "amount",
            models.BigIntegerField(
                help_text="Goods, tax, shipping, difference, goodwill, less discount and fee."
            ),
        ),
        AddConstraintNotValid(
            "refund",
            models.CheckConstraint(
                name="a_refund_adds_up_with_all_its_parts",
                condition=Q(amount=AMOUNT + F("difference") + F("goodwill")),
            ),
        ),
        AddConstraintNotValid(
            "refund",
            models.CheckConstraint(
                name="goodwill_is_never_below_zero", condition=Q(goodwill__gte=0)
            ),
        ),
        AddConstraintNotValid(
            "refund",
            models.CheckConstraint(
                name="a_refund_is_of_one_return",
                condition=Q(order_return__isnull=False, former_of__isnull=True)
                | Q(order_return__isnull=True, former_of__isnull=False),
            ),
        ),
    ]
