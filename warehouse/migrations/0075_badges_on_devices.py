"""Wrong PINs of a badge are counted apart on each device where its person works."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_badgedevice ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_badgedevice USING (EXISTS (SELECT FROM warehouse_device WHERE warehouse_device.id = warehouse_badgedevice.device_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM warehouse_device WHERE warehouse_device.id = warehouse_badgedevice.device_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_badgedevice"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0072_units_to_sort"),
    ]

    operations = [
        migrations.CreateModel(
            name="BadgeDevice",
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
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                (
                    "locked_at",
                    models.DateTimeField(blank=True, help_text="A lead unlocks it.", null=True),
                ),
                ("proved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "badge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to="warehouse.badge",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="warehouse.device",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("badge", "device"), name="a_badge_is_on_a_device_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
