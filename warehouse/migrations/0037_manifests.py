"""Manifests: the parcels that a carrier took at once."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_manifest ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_manifest USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_manifest.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_manifest.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_manifest"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0036_walks_pause_and_put_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="Manifest",
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
                ("carrier", models.CharField(help_text="Code of the carrier.", max_length=20)),
                (
                    "parcels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        help_text="Ids of the parcels, in the order scanned.",
                        size=None,
                    ),
                ),
                ("handed_over", models.PositiveIntegerField()),
                (
                    "expected",
                    models.PositiveIntegerField(
                        help_text="Parcels that were ready for this carrier."
                    ),
                ),
                (
                    "rest",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("later", "The next collection takes them"),
                            ("not_found", "Not found"),
                            ("damaged", "Damaged"),
                            ("no_room", "No room in the van"),
                        ],
                        max_length=12,
                    ),
                ),
                ("closed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "closed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.warehouse",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["warehouse", "-closed_at"], name="manifest_latest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handed_over__gte", models.F("expected")),
                            models.Q(("rest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_manifest_says_why_parcels_stay",
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
