"""The day's work of sellers: views, marks, jobs."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="DeadLetter",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("work", models.CharField(help_text="The code of the task's work.", max_length=20)),
            (
                "title",
                models.CharField(help_text="What failed, as sellers read it.", max_length=60),
            ),
            ("error", models.CharField(max_length=200)),
            ("tries", models.PositiveSmallIntegerField(default=1)),
            ("failed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("retry_at", models.DateTimeField()),
            (
                "order",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="dead_letters",
                    to="orders.order",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["work", "retry_at"], name="dead_letter_due"),
                models.Index(fields=["seller", "failed_at"], name="dead_letter_of_seller"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("order", "work"), name="one_dead_letter_per_order_and_work"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="OrderView",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("name", models.CharField(max_length=40)),
            ("query", models.CharField(help_text="The query string of the list.", max_length=1000)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "owner",
                models.ForeignKey(
                    blank=True,
                    help_text="Whose it is; empty: it is shared.",
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [models.Index(fields=["seller", "created_at"], name="view_of_seller")],
        },
    ),
    migrations.CreateModel(
        name="BulkJob",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "act",
                models.CharField(
                    choices=[
                        ("hold", "Put on hold"),
                        ("release", "Release"),
                        ("cancel", "Cancel"),
                        ("priority", "Set priority"),
                        ("tag", "Add tag"),
                        ("untag", "Remove tag"),
                    ],
                    max_length=10,
                ),
            ),
            (
                "given",
                models.JSONField(
                    default=dict, help_text="What the act needs, as a tag or a reason."
                ),
            ),
            ("total", models.PositiveIntegerField()),
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
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("finished_at__isnull", True)),
                    fields=["worked_at"],
                    name="bulk_job_due",
                ),
                models.Index(fields=["seller", "-created_at"], name="bulk_job_of_seller"),
                django.contrib.postgres.indexes.BrinIndex(
                    fields=["created_at"], name="bulk_job_by_age"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="BulkRow",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("position", models.PositiveIntegerField()),
            (
                "state",
                models.CharField(
                    choices=[("waiting", "Waiting"), ("done", "Done"), ("refused", "Not done")],
                    default="waiting",
                    max_length=8,
                ),
            ),
            (
                "words",
                models.CharField(
                    blank=True, help_text="Why it was not done, or what is left.", max_length=250
                ),
            ),
            (
                "job",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="rows",
                    to="orders.bulkjob",
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="orders.order",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["job", "state", "position"], name="bulk_row_by_state")
            ],
            "constraints": [
                models.UniqueConstraint(fields=("job", "order"), name="a_job_does_an_order_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="MatterMark",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("matter", models.CharField(help_text="The kind of matter.", max_length=20)),
            (
                "subject_id",
                models.UUIDField(help_text="What it is about: a shipment, a hold, a return ..."),
            ),
            (
                "until",
                models.DateTimeField(blank=True, help_text="Until when it is snoozed.", null=True),
            ),
            ("marked_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "owner",
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
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.seller"
                ),
            ),
            (
                "since",
                models.DateTimeField(
                    blank=True,
                    help_text="Of what was snoozed: what happens later is shown.",
                    null=True,
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["seller", "-marked_at"], name="mark_of_seller"),
                django.contrib.postgres.indexes.BrinIndex(fields=["marked_at"], name="mark_by_age"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "matter", "subject_id"), name="a_matter_is_marked_once"
                )
            ],
        },
    ),
]
