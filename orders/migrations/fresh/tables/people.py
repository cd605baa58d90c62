"""People, where they belong, and how they get in."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="User",
        fields=[
            ("password", models.CharField(max_length=128, verbose_name="password")),
            ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
            (
                "is_superuser",
                models.BooleanField(
                    default=False,
                    help_text="Designates that this user has all permissions without explicitly assigning them.",
                    verbose_name="superuser status",
                ),
            ),
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("email", models.EmailField(max_length=254, unique=True)),
            ("name", models.CharField(max_length=80)),
            ("is_active", models.BooleanField(default=True)),
            ("is_staff", models.BooleanField(default=False, verbose_name="operator")),
            ("date_joined", models.DateTimeField(auto_now_add=True)),
            (
                "second_factor_by",
                models.DateTimeField(
                    blank=True,
                    editable=False,
                    help_text="Until when a second factor has to be set up; empty until a role asks for one.",
                    null=True,
                ),
            ),
            (
                "sessions_ended",
                models.PositiveIntegerField(
                    db_default=0,
                    default=0,
                    editable=False,
                    help_text="How often all sessions were ended; a session of before is none.",
                ),
            ),
            (
                "has_shortcuts",
                models.BooleanField(
                    db_default=True,
                    default=True,
                    help_text="Whether single keys do something in lists (WCAG 2.1.4).",
                ),
            ),
            (
                "mails_numbers",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="Whether a mail on Mondays says how the numbers of the week have changed.",
                ),
            ),
            (
                "numbers_mailed_on",
                models.DateField(
                    blank=True,
                    editable=False,
                    help_text="The day of the last of these mails.",
                    null=True,
                ),
            ),
            (
                "language",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    help_text="In which pages speak, where they know it; empty: as the browser asks.",
                    max_length=2,
                ),
            ),
            (
                "groups",
                models.ManyToManyField(
                    blank=True,
                    help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                    related_name="user_set",
                    related_query_name="user",
                    to="auth.group",
                    verbose_name="groups",
                ),
            ),
            (
                "user_permissions",
                models.ManyToManyField(
                    blank=True,
                    help_text="Specific permissions for this user.",
                    related_name="user_set",
                    related_query_name="user",
                    to="auth.permission",
                    verbose_name="user permissions",
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                    name="email_is_lower_case",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Member",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
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
            (
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="members",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="members",
                    to="orders.seller",
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="members",
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("user", "role", "seller", "warehouse"),
                    name="a_role_is_given_once",
                    nulls_distinct=False,
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("role__in", ("owner", "staff")),
                            ("seller__isnull", False),
                            ("warehouse__isnull", True),
                        ),
                        models.Q(
                            ("role__in", ("lead", "picker", "packer", "courier")),
                            ("seller__isnull", True),
                            ("warehouse__isnull", False),
                        ),
                        models.Q(
                            ("role", "operator"),
                            ("seller__isnull", True),
                            ("warehouse__isnull", True),
                        ),
                        _connector="OR",
                    ),
                    name="seller_roles_name_a_seller_others_a_warehouse",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Invitation",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
        options={
            "constraints": [
                models.CheckConstraint(
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
                models.CheckConstraint(
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
            ],
        },
    ),
    migrations.CreateModel(
        name="AccountMail",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("kind", models.CharField(max_length=40)),
            ("email", models.EmailField(max_length=254)),
            ("facts", models.JSONField(default=dict)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "due_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    help_text="When it is tried next; while it is tried, its lease.",
                ),
            ),
            ("attempts", models.PositiveSmallIntegerField(default=0)),
            ("settled_at", models.DateTimeField(blank=True, null=True)),
            (
                "cause",
                models.CharField(
                    blank=True,
                    help_text="Why it was not sent: a code; empty if it was.",
                    max_length=80,
                ),
            ),
            (
                "user",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="account_mails",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "invitation",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="account_mails",
                    to="orders.invitation",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("settled_at", None)),
                    fields=["due_at"],
                    name="account_mail_due",
                ),
                models.Index(fields=["settled_at"], name="account_mail_settled"),
            ],
        },
    ),
]
