"""How far the events of a seller were read for its numbers."""

import django.db.models.deletion
from django.db import migrations, models

POLICY = """
ALTER TABLE orders_numbersplace ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_numbersplace
USING (orders_numbersplace.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_numbersplace.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_numbersplace"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0096_files_of_warehouses"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumbersPlace",
            fields=[
                (
                    "seller",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="orders.seller",
                    ),
                ),
                ("read_transaction", models.BigIntegerField(default=0)),
                ("read_event", models.UUIDField(blank=True, null=True)),
                (
                    "read_at",
                    models.DateTimeField(
                        blank=True, help_text="When there was nothing more.", null=True
                    ),
                ),
            ],
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
