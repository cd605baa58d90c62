"""Messages and how many there were."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import notifications.models.delivery

TABLES = [
    migrations.CreateModel(
        name="Message",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("template", models.CharField(max_length=40)),
            (
                "audience",
                models.CharField(
                    choices=[("customer", "Customer"), ("seller", "Seller")], max_length=8
                ),
            ),
            (
                "channel",
                models.CharField(
                    choices=notifications.models.delivery.channel_choices, max_length=8
                ),
            ),
            ("recipient", models.CharField(max_length=254)),
            ("language", models.CharField(default="en", max_length=8)),
            ("revision", models.PositiveSmallIntegerField(default=1)),
            (
                "status",
                models.CharField(
                    choices=[
                        ("planned", "Planned"),
                        ("held", "Held"),
                        ("claimed", "Claimed"),
                        ("sent", "Sent"),
                        ("delivered", "Delivered"),
                        ("retrying", "Retrying"),
                        ("failed", "Failed"),
                        ("unknown", "Outcome unknown"),
                        ("suppressed", "Suppressed"),
                        ("superseded", "Superseded"),
                    ],
                    default="planned",
                    max_length=12,
                ),
            ),
            (
                "reason",
                models.CharField(
                    blank=True, help_text="Why it was not sent, or not yet.", max_length=200
                ),
            ),
            (
                "cause",
                models.CharField(
                    blank=True,
                    choices=[
                        ("may_be_undone", "May Be Undone"),
                        ("calm", "Calm"),
                        ("quiet_hours", "Quiet Hours"),
                        ("gathered", "Told with others at the full hour"),
                        ("corrects_claimed", "What it corrects is just leaving"),
                        ("other_channel", "The other channel failed"),
                        ("sent_again", "Sent again by hand"),
                        ("provider_busy", "Its provider asked to try later"),
                        ("provider_down", "Provider Down"),
                        ("not_set_up", "Its provider is not set up"),
                        ("sender_stopped", "Sender Stopped"),
                        ("cancelled", "Cancelled"),
                        ("undone", "Undone"),
                        ("overtaken", "Overtaken by what happened since"),
                        ("date_passed", "Its date is past, kept or replaced"),
                        ("no_news", "Its reader never heard what it changes"),
                        ("never_left", "What it corrects never left"),
                        ("old_order", "Of an order that was old when it came in"),
                        ("said_again", "Said Again"),
                        ("newer_state", "A newer state was told instead"),
                        ("told_together", "Told together with the next one"),
                        ("shop_choice", "The shop does not send it"),
                        ("customer_choice", "The customer does not want it"),
                        ("blocked_address", "Blocked Address"),
                        ("no_address", "No Address"),
                        ("browser_left", "Browser Left"),
                        ("demo", "Demo data: nobody is sent anything"),
                        ("too_many_warnings", "Too Many Warnings"),
                        ("sms_country", "Numbers of this country are not texted"),
                        ("sms_of_order", "Too many texts about this order"),
                        ("sms_to_number", "Too many texts to this number"),
                        ("sms_of_day", "The seller's texts are stopped for the day"),
                        ("mail_of_order", "Too many e-mails about this order"),
                        ("mail_to_address", "Too many e-mails to this address"),
                        ("mail_of_day", "The seller's e-mails are stopped for the day"),
                        ("refused", "Its provider refused it for good"),
                        ("given_up", "Tried for too long"),
                        ("no_answer", "Its provider gave no answer"),
                        ("unwritable", "It could not be put in words"),
                        ("reported", "Its provider reports that it did not arrive"),
                        ("restored", "It may have left before a backup was restored"),
                    ],
                    help_text="The reason, for code.",
                    max_length=20,
                ),
            ),
            ("next_attempt_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("attempts_made", models.PositiveSmallIntegerField(default=0)),
            ("claimed_by", models.CharField(blank=True, max_length=80)),
            ("claimed_until", models.DateTimeField(blank=True, null=True)),
            ("provider_id", models.CharField(blank=True, max_length=200)),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("settled_at", models.DateTimeField(blank=True, null=True)),
            (
                "decided_at",
                models.DateTimeField(
                    blank=True,
                    help_text="Since then nobody need look after its failure.",
                    null=True,
                ),
            ),
            (
                "event",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="messages",
                    to="orders.event",
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="messages",
                    to="orders.order",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "superseded_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="notifications.message",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("channel"),
                    models.F("seller"),
                    models.F("next_attempt_at"),
                    condition=models.Q(("status__in", ("planned", "held", "retrying"))),
                    name="message_due_of_seller",
                ),
                models.Index(
                    models.F("channel"),
                    models.F("claimed_by"),
                    condition=models.Q(("status", "claimed")),
                    name="message_claimed",
                ),
                models.Index(
                    models.F("order"),
                    models.F("recipient"),
                    models.F("channel"),
                    models.F("id"),
                    condition=models.Q(("status__in", ("planned", "held", "claimed", "retrying"))),
                    name="message_lane",
                ),
                models.Index(models.F("order"), models.F("id"), name="message_of_order"),
                models.Index(
                    models.F("channel"),
                    models.F("provider_id"),
                    condition=models.Q(("provider_id", ""), _negated=True),
                    name="message_of_provider",
                ),
                models.Index(
                    models.F("recipient"),
                    models.F("settled_at"),
                    condition=models.Q(
                        ("channel", "sms"),
                        ("status__in", ("sent", "delivered", "unknown", "failed")),
                    ),
                    name="text_to_number",
                ),
                models.Index(
                    models.F("seller"),
                    models.F("settled_at"),
                    condition=models.Q(
                        ("channel", "sms"),
                        ("status__in", ("sent", "delivered", "unknown", "failed")),
                    ),
                    name="text_of_seller",
                ),
                models.Index(
                    models.F("recipient"),
                    models.F("settled_at"),
                    condition=models.Q(
                        ("audience", "customer"),
                        ("channel", "email"),
                        ("status__in", ("sent", "delivered", "unknown", "failed")),
                    ),
                    name="mail_to_address",
                ),
                models.Index(
                    models.F("seller"),
                    models.F("settled_at"),
                    condition=models.Q(
                        ("audience", "customer"),
                        ("channel", "email"),
                        ("status__in", ("sent", "delivered", "unknown", "failed")),
                    ),
                    name="mail_of_seller",
                ),
                models.Index(
                    models.F("superseded_by"),
                    condition=models.Q(("superseded_by__isnull", False)),
                    name="message_superseded",
                ),
                models.Index(
                    models.F("seller"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("template", "seller_delivered")),
                    name="message_of_delivery",
                ),
                models.Index(
                    models.F("seller"),
                    models.F("recipient"),
                    models.F("id"),
                    condition=models.Q(
                        ("status__in", ("held", "claimed")), ("template", "seller_delivered")
                    ),
                    name="message_for_digest",
                ),
                django.contrib.postgres.indexes.BrinIndex(
                    fields=["created_at"], name="message_by_age"
                ),
                models.Index(
                    models.F("seller"),
                    models.OrderBy(models.F("id"), descending=True),
                    condition=models.Q(
                        ("decided_at__isnull", True), ("status__in", ("failed", "unknown"))
                    ),
                    name="message_unsettled",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("event", "audience", "channel", "recipient", "revision"),
                    name="one_message_per_event_audience_and_channel",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("language", ""),
                        ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"),
                        _connector="OR",
                    ),
                    name="a_message_is_in_a_language",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="MessageCount",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "day",
                models.DateField(help_text="On which they were planned, by the seller's calendar."),
            ),
            ("channel", models.CharField(max_length=8)),
            (
                "outcome",
                models.CharField(
                    choices=[
                        ("planned", "Planned"),
                        ("held", "Held"),
                        ("claimed", "Claimed"),
                        ("sent", "Sent"),
                        ("delivered", "Delivered"),
                        ("retrying", "Retrying"),
                        ("failed", "Failed"),
                        ("unknown", "Outcome unknown"),
                        ("suppressed", "Suppressed"),
                        ("superseded", "Superseded"),
                    ],
                    max_length=12,
                ),
            ),
            ("number", models.PositiveIntegerField()),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "day", "channel", "outcome"),
                    name="messages_of_a_day_are_counted_once",
                )
            ],
        },
    ),
]
