"""Invitations, and sellers who ask to be let in."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_second_factors_and_ends_of_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
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
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Seller owner"),
                            ("staff", "Seller staff"),
                            ("lead", "Warehouse lead"),
                            ("picker", "Picker"),
                            ("packer", "Packer"),
                            ("courier", "Courier"),
                            ("operator", "Operator"),
                            ("api_key", "API key"),
                        ],
                        max_length=12,
                    ),
                ),
                ("business", models.CharField(blank=True, max_length=80)),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="orders.seller",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="orders.warehouse",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SellerApplication",
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
                ("business", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=80)),
                ("email", models.EmailField(max_length=254)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application",
                        to="orders.invitation",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("business", ""),
                        ("role__in", ("owner", "staff")),
                        ("seller__isnull", False),
                        ("warehouse__isnull", True),
                    ),
                    models.Q(
                        ("business", ""),
                        ("role__in", ("lead", "picker", "packer", "courier")),
                        ("seller__isnull", True),
                        ("warehouse__isnull", False),
                    ),
                    models.Q(
                        ("business", ""),
                        ("role", "operator"),
                        ("seller__isnull", True),
                        ("warehouse__isnull", True),
                    ),
                    models.Q(
                        ("role", "owner"),
                        ("seller__isnull", True),
                        ("warehouse__isnull", False),
                        models.Q(("business", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_invitation_names_the_place_of_its_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at", None), ("accepted_by", None)),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("accepted_by__isnull", False),
                        ("withdrawn_at", None),
                    ),
                    _connector="OR",
                ),
                name="who_accepted_an_invitation_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sellerapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("invitation", None)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="who_decided_an_application_is_known",
            ),
        ),
    ]
