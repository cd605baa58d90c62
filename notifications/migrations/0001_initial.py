import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import notifications.models.channels
import notifications.models.delivery
import orders.keys


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orders", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
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
                ("number", models.PositiveSmallIntegerField()),
                ("provider", models.CharField(max_length=40)),
                ("started_at", models.DateTimeField()),
                ("duration_ms", models.PositiveIntegerField()),
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
                ("answer", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ChannelCircuit",
            fields=[
                ("channel", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("tokens", models.FloatField(default=0.0)),
                ("filled_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("open_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("webhook_id", models.CharField(max_length=40)),
                ("payload", models.TextField(help_text="The body, byte for byte.")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("next_attempt_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("series", models.PositiveSmallIntegerField(default=1)),
                ("attempts_made", models.PositiveSmallIntegerField(default=0)),
                ("claimed_by", models.CharField(blank=True, max_length=80)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                (
                    "problem",
                    models.CharField(blank=True, help_text="Of the last attempt.", max_length=200),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("given_up_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DeliveryAttempt",
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
                ("series", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("started_at", models.DateTimeField()),
                ("latency_ms", models.PositiveIntegerField()),
                ("url", models.CharField(max_length=500)),
                ("headers", models.JSONField(default=dict, help_text="As sent.")),
                ("status_code", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, help_text="The first few kB of it.")),
                (
                    "problem",
                    models.CharField(blank=True, help_text="Empty: it was taken.", max_length=200),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Endpoint",
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
                ("url", models.CharField(max_length=500)),
                ("description", models.CharField(blank=True, max_length=120)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        help_text="Empty: all events.",
                        size=None,
                    ),
                ),
                ("secret", models.TextField(help_text="Encrypted.")),
                (
                    "previous_secret",
                    models.TextField(blank=True, help_text="Signs too, until its end."),
                ),
                ("previous_until", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                (
                    "paused_because",
                    models.CharField(
                        blank=True,
                        choices=[("failed", "Every delivery has failed for five days.")],
                        help_text="Empty: its seller paused it.",
                        max_length=12,
                    ),
                ),
                (
                    "disabled_at",
                    models.DateTimeField(
                        blank=True, help_text="Its system said that it is gone.", null=True
                    ),
                ),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="InboundText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                (
                    "text_id",
                    models.CharField(help_text="The provider's id of the text.", max_length=200),
                ),
                ("number", models.CharField(max_length=20)),
                (
                    "word",
                    models.CharField(
                        choices=[("stop", "Stop"), ("start", "Start"), ("help", "Help")],
                        max_length=8,
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identity",
                    models.CharField(help_text="Cluster, time line and database.", max_length=120),
                ),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("paused_because", models.CharField(blank=True, max_length=200)),
            ],
        ),
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
                            ("too_many_warnings", "Too Many Warnings"),
                            ("sms_country", "Numbers of this country are not texted"),
                            ("sms_of_order", "Too many texts about this order"),
                            ("sms_to_number", "Too many texts to this number"),
                            ("sms_of_day", "The seller's texts are stopped for the day"),
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
            ],
        ),
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
                        default=list,
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
            ],
        ),
        migrations.CreateModel(
            name="Preference",
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
                (
                    "channel",
                    models.CharField(
                        choices=notifications.models.delivery.channel_choices, max_length=8
                    ),
                ),
                ("recipient", models.CharField(help_text="In small letters.", max_length=254)),
                (
                    "off",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("is_off", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="PushSubscription",
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
                ("endpoint", models.CharField(max_length=1000)),
                (
                    "p256dh",
                    models.CharField(help_text="Its public key, base64url.", max_length=100),
                ),
                (
                    "auth",
                    models.CharField(help_text="Its shared secret, base64url.", max_length=40),
                ),
                ("language", models.CharField(default="en", max_length=8)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "channel",
                    models.CharField(
                        choices=notifications.models.delivery.channel_choices, max_length=8
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                (
                    "report_id",
                    models.CharField(
                        help_text="The provider's id of the report, or a digest of its content.",
                        max_length=200,
                    ),
                ),
                ("provider_id", models.CharField(blank=True, max_length=200)),
                (
                    "key",
                    models.CharField(
                        blank=True, help_text="Our own, where it came back.", max_length=200
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delivered", "Delivered"),
                            ("deferred", "Delayed"),
                            ("bounced", "Bounced"),
                            ("failed", "Not delivered"),
                            ("complained", "Marked as spam"),
                            ("unsubscribed", "Unsubscribed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
                (
                    "at",
                    models.DateTimeField(help_text="When it happened, by the provider's clock."),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="SendingDomain",
            fields=[
                (
                    "seller",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sending_domain",
                        serialize=False,
                        to="orders.seller",
                    ),
                ),
                (
                    "address",
                    models.EmailField(
                        help_text="The whole address, such as orders@shop.example.", max_length=254
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=notifications.models.channels.new_token, max_length=64
                    ),
                ),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
            ],
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
            ],
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=notifications.models.delivery.channel_choices, max_length=8
                    ),
                ),
                ("recipient", models.CharField(help_text="In lower case.", max_length=254)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bounced", "The address does not exist"),
                            ("complained", "The customer marked it as spam"),
                            ("stopped", "The customer opted out"),
                            ("by_hand", "Blocked manually"),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
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
            ],
        ),
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.event",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="order",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="seller",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
            ),
        ),
        migrations.AddField(
            model_name="deliveryattempt",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attempts",
                to="notifications.delivery",
            ),
        ),
        migrations.AddField(
            model_name="endpoint",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="endpoints",
                to="orders.seller",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="endpoint",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="notifications.endpoint",
            ),
        ),
        migrations.AddIndex(
            model_name="inboundtext",
            index=models.Index(fields=["number", "received_at"], name="inbound_text_of_number"),
        ),
        migrations.AddConstraint(
            model_name="inboundtext",
            constraint=models.UniqueConstraint(
                fields=("provider", "text_id"), name="an_inbound_text_is_obeyed_once"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="orders.event",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="order",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="seller",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="superseded_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="notifications.message",
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attempts",
                to="notifications.message",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagesettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                    _connector="OR",
                ),
                name="quiet_hours_have_two_ends",
            ),
        ),
        migrations.AddField(
            model_name="preference",
            name="chosen_for",
            field=models.ForeignKey(
                blank=True,
                help_text="On whose page it was chosen.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="preference",
            name="seller",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.seller"
            ),
        ),
        migrations.AddField(
            model_name="pushsubscription",
            name="order",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="push_subscriptions",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="notifications.message",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingdomain",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verified_at__isnull", False)),
                fields=("address",),
                name="a_verified_address_is_of_one_seller",
            ),
        ),
        migrations.AddField(
            model_name="smsstop",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sms_stops",
                to="orders.seller",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="suppressions",
                to="orders.seller",
            ),
        ),
        migrations.AddField(
            model_name="textversion",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="textversion",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="text_versions",
                to="orders.seller",
            ),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("previous_secret", ""), ("previous_until__isnull", True)),
                    models.Q(
                        models.Q(("previous_secret", ""), _negated=True),
                        ("previous_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="previous_secret_has_an_end",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("endpoint"),
                models.F("next_attempt_at"),
                condition=models.Q(("delivered_at__isnull", True), ("given_up_at__isnull", True)),
                name="delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("endpoint"),
                condition=models.Q(("claimed_until__isnull", False)),
                name="delivery_claimed",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("endpoint"),
                models.OrderBy(models.F("id"), descending=True),
                name="delivery_of_endpoint",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("endpoint"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("given_up_at__isnull", False)),
                name="delivery_given_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("endpoint", "event"), name="one_delivery_per_endpoint_and_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delivered_at__isnull", True), ("given_up_at__isnull", True), _connector="OR"
                ),
                name="a_delivery_has_one_end",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("channel"),
                models.F("next_attempt_at"),
                condition=models.Q(("status__in", ("planned", "held", "retrying"))),
                name="message_due",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("channel"),
                models.F("claimed_by"),
                condition=models.Q(("status", "claimed")),
                name="message_claimed",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("order"),
                models.F("recipient"),
                models.F("channel"),
                models.F("id"),
                condition=models.Q(("status__in", ("planned", "held", "claimed", "retrying"))),
                name="message_lane",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(models.F("order"), models.F("id"), name="message_of_order"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("channel"),
                models.F("provider_id"),
                condition=models.Q(("provider_id", ""), _negated=True),
                name="message_of_provider",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("recipient"),
                models.F("settled_at"),
                condition=models.Q(
                    ("channel", "sms"), ("status__in", ("sent", "delivered", "unknown", "failed"))
                ),
                name="text_to_number",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("seller"),
                models.F("settled_at"),
                condition=models.Q(
                    ("channel", "sms"), ("status__in", ("sent", "delivered", "unknown", "failed"))
                ),
                name="text_of_seller",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("superseded_by"),
                condition=models.Q(("superseded_by__isnull", False)),
                name="message_superseded",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("seller"),
                models.F("created_at"),
                models.F("id"),
                condition=models.Q(("template", "seller_delivered")),
                name="message_of_delivery",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("seller"),
                models.F("recipient"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("held", "claimed")), ("template", "seller_delivered")
                ),
                name="message_for_digest",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("seller"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    ("decided_at__isnull", True), ("status__in", ("failed", "unknown"))
                ),
                name="message_unsettled",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("event", "audience", "channel", "recipient", "revision"),
                name="one_message_per_event_audience_and_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(
                fields=("seller", "recipient", "channel"),
                name="one_preference_per_address_and_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recipient", django.db.models.functions.text.Lower("recipient"))
                ),
                name="preference_in_small_letters",
            ),
        ),
        migrations.AddConstraint(
            model_name="pushsubscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("order", "endpoint"),
                name="one_subscription_per_order_and_browser",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                models.F("channel"),
                models.F("provider_id"),
                condition=models.Q(("message__isnull", True)),
                name="receipt_without_message",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                fields=("provider", "report_id"), name="a_report_counts_only_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="smsstop",
            constraint=models.UniqueConstraint(
                fields=("seller", "on"), name="one_sms_stop_per_day"
            ),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(
                models.F("seller"), models.F("since"), models.F("id"), name="suppression_by_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                fields=("seller", "channel", "recipient"), name="an_address_is_suppressed_once"
            ),
        ),
        migrations.AddIndex(
            model_name="textversion",
            index=models.Index(
                models.F("seller"), condition=models.Q(("in_force", True)), name="text_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.UniqueConstraint(
                fields=("seller", "template", "number"), name="a_version_number_is_used_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("in_force", True)),
                fields=("seller", "template"),
                name="one_version_is_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at__isnull", True)),
                fields=("seller", "template"),
                name="one_draft_of_a_template",
            ),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force", False), ("published_at__isnull", False), _connector="OR"
                ),
                name="only_a_published_version_is_in_force",
            ),
        ),
    ]
