"""Runs of our own couriers with their stops, and manifests of carriers."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Run",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("on", models.DateField(help_text="The warehouse's local date.")),
            (
                "status",
                models.CharField(
                    choices=[
                        ("planned", "Planned"),
                        ("started", "Started"),
                        ("finished", "Finished"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="planned",
                    max_length=9,
                ),
            ),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "courier",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="runs",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="runs",
                    to="orders.warehouse",
                ),
            ),
            (
                "loaded",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.UUIDField(),
                    blank=True,
                    default=list,
                    help_text="Ids of the parcels that were scanned onto the van before the start.",
                    size=None,
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["warehouse", "on", "status"], name="run_of_day"),
                models.Index(
                    condition=models.Q(("status__in", ("planned", "started"))),
                    fields=["warehouse", "on"],
                    name="run_open",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("on__gte", datetime.date(1970, 1, 1)),
                        ("on__lt", datetime.date(9000, 1, 1)),
                    ),
                    name="a_run_is_on_a_readable_day",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Stop",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("position", models.PositiveSmallIntegerField()),
            ("window_starts", models.DateTimeField()),
            ("window_ends", models.DateTimeField()),
            ("finished_at", models.DateTimeField(blank=True, null=True)),
            (
                "run",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="stops",
                    to="warehouse.run",
                ),
            ),
            (
                "outcome",
                models.CharField(
                    blank=True,
                    choices=[
                        ("receiver", "Delivered"),
                        ("neighbour", "Left with a neighbour"),
                        ("safe_place", "Left in a safe place"),
                        ("pickup_point", "Dropped at a pickup point"),
                        ("not_home", "Not delivered (nobody home)"),
                        ("refused", "Not delivered (parcel refused)"),
                        ("address_wrong", "Not delivered (wrong address)"),
                        ("damaged", "Not delivered (parcel damaged)"),
                        ("not_visited", "Not visited"),
                    ],
                    max_length=13,
                ),
            ),
            ("packages", models.ManyToManyField(related_name="stops", to="orders.package")),
        ],
        options={
            "ordering": ["position"],
            "indexes": [
                models.Index(
                    condition=models.Q(("finished_at__isnull", True)),
                    fields=["run"],
                    name="stop_open",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("run", "position"), name="a_stop_has_its_place_in_the_tour"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "window_starts__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "window_starts__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "window_ends__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "window_ends__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                    ),
                    name="a_stop_has_readable_moments",
                ),
                models.CheckConstraint(
                    condition=models.Q(("window_ends__gt", models.F("window_starts"))),
                    name="a_window_ends_after_it_starts",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("outcome", ""), ("finished_at__isnull", False), _connector="OR"
                    ),
                    name="only_a_finished_stop_has_an_outcome",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Manifest",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
                models.PositiveIntegerField(help_text="Parcels that were ready for this carrier."),
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
            "indexes": [models.Index(fields=["warehouse", "-closed_at"], name="manifest_latest")],
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
]
