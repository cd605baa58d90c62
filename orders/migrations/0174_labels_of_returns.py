"""Labels of returns, and how far their parcels are."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_returnlabel ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_returnlabel
USING (orders_returnlabel.seller_id = ANY ((SELECT portal_sees())::uuid[])
OR (SELECT portal_sees_all()))
WITH CHECK (orders_returnlabel.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_returnlabel"


class Migration(migrations.Migration):
    dependencies = [("orders", "0173_find_photos_of_inspections")]

    operations = [
        migrations.CreateModel(
            name="ReturnLabel",
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
                ("wants_label", models.BooleanField(help_text="A label to print.")),
                (
                    "wants_code",
                    models.BooleanField(help_text="A code to show where the parcel is handed in."),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "due_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the sweep does what is left; empty: nothing is.",
                        null=True,
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, help_text="Failed ones, in a row."),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refused", "The carrier refused"),
                            ("unanswered", "The carrier did not answer"),
                            ("broken", "The carrier's answer cannot be used"),
                        ],
                        help_text="Why the last attempt failed.",
                        max_length=12,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="The same, in a sentence.", max_length=300
                    ),
                ),
                (
                    "failed_at",
                    models.DateTimeField(
                        blank=True, help_text="Since when nobody asks for it any more.", null=True
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("tracking_number", models.CharField(blank=True, max_length=40)),
                ("file", models.BinaryField(blank=True, default=b"")),
                ("media_type", models.CharField(blank=True, max_length=40)),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="What the QR code says.", max_length=300
                    ),
                ),
                (
                    "unwanted_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since when nobody wants it: it is to be voided.",
                        null=True,
                    ),
                ),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("handed_in_at", models.DateTimeField(blank=True, null=True)),
                ("in_transit_at", models.DateTimeField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labels",
                        to="orders.return",
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
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(("due_at__isnull", False)),
                        name="return_label_due",
                    ),
                    models.Index(
                        models.F("tracking_number"),
                        condition=models.Q(("tracking_number", ""), _negated=True),
                        name="return_label_by_number",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("failed_at__isnull", True), ("unwanted_at__isnull", True)
                        ),
                        fields=("order_return",),
                        name="one_label_is_wanted_per_return",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("tracking_number", ""), _negated=True),
                            ("failed_at__isnull", True),
                            ("unwanted_at__isnull", True),
                        ),
                        fields=("carrier", "tracking_number"),
                        name="a_number_is_of_one_return",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wants_label", True), ("wants_code", True), _connector="OR"
                        ),
                        name="a_return_label_is_printed_or_shown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("tracking_number", "")),
                            models.Q(
                                ("answered_at__isnull", False),
                                models.Q(("tracking_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_answered_return_label_has_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handed_in_at__isnull", True),
                            ("answered_at__isnull", False),
                            _connector="OR",
                        ),
                        name="only_an_answered_return_label_is_handed_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("arrived_at__isnull", True), ("in_transit_at__isnull", True)),
                            ("handed_in_at__isnull", False),
                            _connector="OR",
                        ),
                        name="what_travels_was_handed_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voided_at__isnull", True),
                            ("unwanted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="only_an_unwanted_return_label_is_voided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_at__isnull", False),
                            ("answered_at__isnull", False),
                            ("failed_at__isnull", False),
                            ("unwanted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_open_return_label_is_due",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
