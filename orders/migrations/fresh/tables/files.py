"""Files that are imported."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Import",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("kind", models.CharField(max_length=20)),
            ("name", models.CharField(help_text="What the file is called.", max_length=120)),
            ("content", models.BinaryField()),
            ("size", models.PositiveIntegerField()),
            (
                "form",
                models.JSONField(
                    default=dict, help_text="How it is read: format, encoding, separator."
                ),
            ),
            ("headings", models.JSONField(default=list)),
            (
                "sample",
                models.JSONField(default=list, help_text="Its first rows, as they are read."),
            ),
            (
                "columns",
                models.JSONField(default=dict, help_text="{field: number of its column, from 0}"),
            ),
            ("day_first", models.BooleanField(default=True, help_text="How 03/04/2026 is read.")),
            (
                "state",
                models.CharField(
                    choices=[
                        ("uploaded", "Columns to be chosen"),
                        ("checking", "Being checked"),
                        ("checked", "Ready to import"),
                        ("committing", "Being imported"),
                        ("done", "Done"),
                        ("failed", "Not readable"),
                    ],
                    default="uploaded",
                    max_length=12,
                ),
            ),
            (
                "trouble",
                models.CharField(blank=True, help_text="Why it cannot be read.", max_length=250),
            ),
            ("position", models.PositiveIntegerField(default=0)),
            ("rows", models.PositiveIntegerField(default=0)),
            ("to_create", models.PositiveIntegerField(default=0)),
            ("to_update", models.PositiveIntegerField(default=0)),
            ("skipped", models.PositiveIntegerField(default=0)),
            ("rejected", models.PositiveIntegerField(default=0)),
            ("created", models.PositiveIntegerField(default=0)),
            ("updated", models.PositiveIntegerField(default=0)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "worked_at",
                models.DateTimeField(
                    default=django.utils.timezone.now, help_text="The least lately goes first."
                ),
            ),
            ("finished_at", models.DateTimeField(blank=True, null=True)),
            (
                "actor",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
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
                "seller",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.seller",
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="Of files that no seller has, such as one of its locations.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["seller", "-created_at"], name="import_of_seller"),
                models.Index(
                    condition=models.Q(("state__in", ["checking", "committing"])),
                    fields=["worked_at"],
                    name="import_due",
                ),
                django.contrib.postgres.indexes.BrinIndex(
                    fields=["created_at"], name="import_by_age"
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("seller__isnull", False), ("warehouse__isnull", True)),
                        models.Q(("seller__isnull", True), ("warehouse__isnull", False)),
                        _connector="OR",
                    ),
                    name="a_file_is_of_a_seller_or_a_warehouse",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ImportRecord",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("number", models.PositiveIntegerField(help_text="Its first row in the file.")),
            (
                "key",
                models.CharField(help_text="What it is known by, as order id.", max_length=400),
            ),
            ("source", models.JSONField()),
            (
                "action",
                models.CharField(
                    choices=[
                        ("create", "Create"),
                        ("update", "Update"),
                        ("skip", "Skip"),
                        ("reject", "Reject"),
                    ],
                    max_length=8,
                ),
            ),
            ("is_done", models.BooleanField(default=False)),
            (
                "problems",
                models.JSONField(
                    default=list, help_text="[[row, column, found, expected, what to do]]"
                ),
            ),
            ("note", models.CharField(blank=True, help_text="Why it is skipped.", max_length=250)),
            (
                "seen",
                models.JSONField(default=dict, help_text="What the check found in the books."),
            ),
            ("content_hash", models.BinaryField(default=bytes, max_length=32)),
            (
                "file",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.import"
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="import_records",
                    to="orders.order",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.seller",
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["file", "key"], name="import_record_by_key"),
                models.Index(
                    condition=models.Q(("action__in", ["create", "update"]), ("is_done", False)),
                    fields=["file", "number"],
                    name="import_record_to_write",
                ),
                models.Index(fields=["file", "action", "number"], name="import_record_by_action"),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("file", "number"), name="a_row_is_of_one_record")
            ],
        },
    ),
    migrations.CreateModel(
        name="ImportMapping",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("kind", models.CharField(max_length=20)),
            ("headings_hash", models.BinaryField(max_length=32)),
            ("columns", models.JSONField()),
            ("day_first", models.BooleanField(default=True)),
            ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.seller"
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "kind", "headings_hash"),
                    name="one_mapping_for_the_same_headings",
                )
            ],
        },
    ),
]
