"""Message settings of sellers, and the days on which their SMS cap was reached."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import notifications.models.settings

TABLES = [
    migrations.CreateModel(
        name="MessageSettings",
        fields=[
            (
                "seller",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="message_settings",
                    serialize=False,
                    to="orders.seller",
                ),
            ),
            (
                "calm",
                models.BooleanField(
                    default=True,
                    help_text="Fewer messages: updates within half an hour are combined.",
                ),
            ),
            (
                "quiet_from",
                models.TimeField(
                    blank=True,
                    default=datetime.time(21, 0),
                    help_text="No text messages from then on.",
                    null=True,
                ),
            ),
            (
                "quiet_until",
                models.TimeField(
                    blank=True,
                    default=datetime.time(8, 0),
                    help_text="In the customer's time zone.",
                    null=True,
                ),
            ),
            (
                "digest_above",
                models.PositiveSmallIntegerField(
                    default=20, help_text="So many deliveries a day are reported one by one."
                ),
            ),
            (
                "switched_off",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=50),
                    blank=True,
                    default=notifications.models.settings.off_at_first,
                    help_text="What the shop does not send: template:channel each.",
                    size=None,
                ),
            ),
            (
                "accent",
                models.CharField(
                    blank=True,
                    help_text="The colour of the button in mails, #rrggbb.",
                    max_length=7,
                ),
            ),
            (
                "markup",
                models.BooleanField(
                    default=False,
                    help_text="Mails carry the order and the address in a form that mail programs read.",
                ),
            ),
            (
                "sms_daily_cap",
                models.PositiveIntegerField(
                    default=2000, help_text="At most so many text messages a day."
                ),
            ),
            (
                "sms_countries",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2),
                    blank=True,
                    default=list,
                    help_text="Only numbers of these are texted; none are the warehouse's and the order's own.",
                    size=None,
                ),
            ),
            (
                "languages",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=8),
                    blank=True,
                    default=list,
                    help_text="In which own texts are written; none chosen: the seller's own and English.",
                    size=None,
                ),
            ),
            (
                "texts_on_request",
                models.BooleanField(
                    default=True,
                    help_text="Routine news as text messages only for customers who asked for them.",
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                        models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                        _connector="OR",
                    ),
                    name="quiet_hours_have_two_ends",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SmsStop",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("on", models.DateField(help_text="By the seller's calendar.")),
            ("sent", models.PositiveIntegerField()),
            ("at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="orders.seller",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("seller", "on"), name="one_sms_stop_per_day")
            ],
        },
    ),
    migrations.CreateModel(
        name="MailStop",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("on", models.DateField(help_text="By the seller's calendar.")),
            ("sent", models.PositiveIntegerField()),
            ("at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="orders.seller",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("seller", "on"), name="one_mail_stop_per_day")
            ],
        },
    ),
]
