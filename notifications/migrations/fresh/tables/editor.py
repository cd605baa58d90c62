"""Versions of sellers' custom texts."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name="TextVersion",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("template", models.CharField(max_length=40)),
            ("number", models.PositiveIntegerField()),
            ("texts", models.JSONField(default=dict)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("published_at", models.DateTimeField(blank=True, null=True)),
            ("in_force", models.BooleanField(default=False)),
            (
                "created_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="text_versions",
                    to="orders.seller",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("seller"), condition=models.Q(("in_force", True)), name="text_in_force"
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "template", "number"), name="a_version_number_is_used_once"
                ),
                models.UniqueConstraint(
                    condition=models.Q(("in_force", True)),
                    fields=("seller", "template"),
                    name="one_version_is_in_force",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("published_at__isnull", True)),
                    fields=("seller", "template"),
                    name="one_draft_of_a_template",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("in_force", False), ("published_at__isnull", False), _connector="OR"
                    ),
                    name="only_a_published_version_is_in_force",
                ),
            ],
        },
    ),
]
