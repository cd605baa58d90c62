"""What the numbers of sellers count: a page adds up the facts of its days, and reads no orders."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_numberfact ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_numberfact
USING (orders_numberfact.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_numberfact.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_numberfact"


def _to(model: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=options.pop("on_delete", django.db.models.deletion.PROTECT), to=model, **options
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0097_places_of_numbers")]

    operations = [
        migrations.CreateModel(
            name="NumberFact",
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
                (
                    "number",
                    models.CharField(
                        choices=[
                            ("cycle", "Accepted to handed over"),
                            ("ship", "Shipped on time"),
                            ("window", "Inside the first window"),
                            ("attempt", "First attempt"),
                            ("perfect", "Perfect orders"),
                            ("fill", "Fill rate"),
                            ("returns", "Returns"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "subject_id",
                    models.UUIDField(help_text="The parcel, shipment, order, line or return."),
                ),
                ("day", models.DateField()),
                ("counts_from", models.DateTimeField()),
                ("outcome", models.CharField(max_length=20)),
                (
                    "value",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Seconds that it took, or units that came back.",
                        null=True,
                    ),
                ),
                ("carrier", models.CharField(blank=True, max_length=20)),
                ("channel", _to("orders.saleschannel", db_index=False)),
                (
                    "order",
                    _to(
                        "orders.order",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                    ),
                ),
                ("seller", _to("orders.seller", db_index=False)),
                ("warehouse", _to("orders.warehouse", db_index=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["seller", "number", "day"], name="number_fact_by_day")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number", "subject_id"), name="a_number_counts_a_thing_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
