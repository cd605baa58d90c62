"""Units that arrived damaged, with photos."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_inbounddamage ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_inbounddamage USING (warehouse_inbounddamage.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all())) WITH CHECK (warehouse_inbounddamage.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_inbounddamage"


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0030_inbound_lines")]

    operations = [
        migrations.CreateModel(
            name="InboundDamage",
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
                ("units", models.PositiveIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("broken", "Broken"),
                            ("wet", "Wet"),
                            ("crushed", "Packaging crushed"),
                            ("expired", "Expired"),
                            ("other", "Other damage"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reported_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("image", models.BinaryField(blank=True, null=True)),
                ("width", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("height", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "reported_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="damages",
                        to="warehouse.inboundline",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("image__isnull", False)),
                        fields=["reported_at"],
                        name="damage_with_photo",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("units__gt", 0)), name="a_damage_is_of_some_units"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("height__isnull", True),
                                ("image__isnull", True),
                                ("width__isnull", True),
                            ),
                            models.Q(
                                ("height__gte", 1),
                                ("height__lte", 800),
                                ("image__isnull", False),
                                ("width__gte", 1),
                                ("width__lte", 800),
                            ),
                            _connector="OR",
                        ),
                        name="a_photo_of_damage_has_a_size",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
