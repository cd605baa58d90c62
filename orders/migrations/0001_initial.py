import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys
import orders.models.events


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Order",
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
                    "reference",
                    models.CharField(
                        help_text="The shop's own id of the order, as text.", max_length=120
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        help_text="What customer and seller call the order.", max_length=60
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("on_hold", "On hold"),
                            ("backordered", "Backordered"),
                            ("in_progress", "In progress"),
                            ("packed", "Packed"),
                            ("partly_shipped", "Partly shipped"),
                            ("shipped", "Shipped"),
                            ("out_for_delivery", "Out for delivery"),
                            ("partly_delivered", "Partly delivered"),
                            ("delivered", "Delivered"),
                            ("undelivered", "Undelivered"),
                            ("partly_returned", "Partly returned"),
                            ("returned", "Returned"),
                            ("cancelled", "Cancelled"),
                            ("nothing_to_ship", "Nothing to ship"),
                        ],
                        default="received",
                        max_length=20,
                    ),
                ),
                ("priority", models.SmallIntegerField(default=0, help_text="Higher goes first.")),
                ("customer_name", models.CharField(blank=True, max_length=120)),
                ("email", models.CharField(blank=True, max_length=254)),
                (
                    "phone",
                    models.CharField(blank=True, help_text="E.164, or empty.", max_length=20),
                ),
                ("company", models.CharField(blank=True, max_length=120)),
                (
                    "street",
                    models.CharField(
                        blank=True, help_text="Lines separated by line breaks.", max_length=250
                    ),
                ),
                ("postcode", models.CharField(blank=True, max_length=20)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("region", models.CharField(blank=True, max_length=100)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("language", models.CharField(default="en", max_length=8)),
                (
                    "time_zone",
                    models.CharField(help_text="Of the place of delivery.", max_length=40),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="The customer's words to the packer.", max_length=500
                    ),
                ),
                ("is_gift", models.BooleanField(default=False)),
                ("shipments_made", models.PositiveSmallIntegerField(default=0)),
                ("token_revision", models.PositiveSmallIntegerField(default=1)),
                ("tracking_hash", models.BinaryField(max_length=32, unique=True)),
                (
                    "ship_by",
                    models.DateTimeField(help_text="The promise by which work is put in order."),
                ),
                ("placed_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Product",
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
                ("sku", models.CharField(max_length=80, verbose_name="SKU")),
                ("title", models.CharField(max_length=200)),
                ("weight_grams", models.PositiveIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="SalesChannel",
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
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                (
                    "secret",
                    models.CharField(
                        blank=True, help_text="What the shop signs its calls with.", max_length=128
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seller",
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
                ("name", models.CharField(max_length=80)),
                ("slug", models.SlugField(max_length=40, unique=True)),
                (
                    "email",
                    models.EmailField(
                        help_text="Where the seller is notified of deliveries and exceptions.",
                        max_length=254,
                    ),
                ),
                (
                    "support_email",
                    models.EmailField(
                        blank=True,
                        help_text="Where customers may ask; shown in messages.",
                        max_length=254,
                    ),
                ),
                ("language", models.CharField(default="en", max_length=8)),
                ("transit_days_min", models.PositiveSmallIntegerField(default=1)),
                ("transit_days_max", models.PositiveSmallIntegerField(default=2)),
                ("return_days", models.PositiveSmallIntegerField(default=30)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Warehouse",
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
                ("name", models.CharField(max_length=80)),
                ("code", models.SlugField(max_length=12, unique=True)),
                ("time_zone", models.CharField(default="Europe/Berlin", max_length=40)),
                ("country", models.CharField(default="DE", max_length=2)),
                ("street", models.CharField(blank=True, max_length=120)),
                ("postcode", models.CharField(blank=True, max_length=16)),
                ("city", models.CharField(blank=True, max_length=80)),
                (
                    "cut_off_hour",
                    models.PositiveSmallIntegerField(
                        default=14,
                        help_text="Orders allocated before this local hour ship the same working day.",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
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
                        default=orders.keys.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False, verbose_name="operator")),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
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
        ),
        migrations.CreateModel(
            name="Package",
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
                ("number", models.CharField(max_length=80)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("packing", "Packing"),
                            ("packed", "Packed"),
                            ("labelled", "Labelled"),
                            ("handed_over", "Handed over"),
                            ("in_transit", "In transit"),
                            ("out_for_delivery", "Out for delivery"),
                            ("attempt_failed", "Attempt failed"),
                            ("at_pickup_point", "At a pickup point"),
                            ("delivered", "Delivered"),
                            ("returning", "Returning"),
                            ("returned", "Returned"),
                            ("lost", "Lost"),
                            ("damaged", "Damaged"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="packing",
                        max_length=20,
                    ),
                ),
                (
                    "carrier",
                    models.CharField(
                        blank=True,
                        help_text="Code of the carrier; set with the label.",
                        max_length=20,
                    ),
                ),
                ("tracking_number", models.CharField(blank=True, max_length=40)),
                ("weight_grams", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "courier_name",
                    models.CharField(
                        blank=True, help_text="First name, on the day only.", max_length=80
                    ),
                ),
                ("stops_before", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "received_by",
                    models.CharField(
                        blank=True, help_text="A name or a safe place.", max_length=80
                    ),
                ),
                (
                    "handed_to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("receiver", "Recipient"),
                            ("neighbour", "Neighbour"),
                            ("safe_place", "Safe place"),
                        ],
                        help_text="Empty until delivered.",
                        max_length=10,
                    ),
                ),
                (
                    "pickup_point",
                    models.CharField(
                        blank=True,
                        help_text="Where the customer collects it: name and street.",
                        max_length=120,
                    ),
                ),
                (
                    "pickup_until",
                    models.DateField(
                        blank=True, help_text="The last day to collect it there.", null=True
                    ),
                ),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_home", "Nobody home"),
                            ("refused", "Parcel refused"),
                            ("address_wrong", "Wrong address"),
                            ("damaged", "Parcel damaged"),
                        ],
                        help_text="Why the last attempt failed.",
                        max_length=20,
                    ),
                ),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="orders.order",
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
        ),
        migrations.CreateModel(
            name="OrderLine",
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
                ("position", models.PositiveSmallIntegerField()),
                (
                    "sku",
                    models.CharField(
                        blank=True,
                        help_text="The shop's own, kept while it is unknown.",
                        max_length=80,
                        verbose_name="SKU",
                    ),
                ),
                ("title", models.CharField(max_length=250)),
                (
                    "ships",
                    models.BooleanField(
                        default=True,
                        help_text="False for a gift card, a service, or another's stock.",
                    ),
                ),
                (
                    "unit_price",
                    models.BigIntegerField(
                        default=0, help_text="In minor units of the order's currency."
                    ),
                ),
                ("ordered", models.PositiveIntegerField()),
                ("allocated", models.PositiveIntegerField(default=0)),
                ("backordered", models.PositiveIntegerField(default=0)),
                ("cancelled", models.PositiveIntegerField(default=0)),
                ("picked", models.PositiveIntegerField(default=0)),
                ("packed", models.PositiveIntegerField(default=0)),
                ("shipped", models.PositiveIntegerField(default=0)),
                ("delivered", models.PositiveIntegerField(default=0)),
                ("lost", models.PositiveIntegerField(default=0)),
                ("came_back", models.PositiveIntegerField(default=0)),
                ("returned", models.PositiveIntegerField(default=0)),
                ("replaced", models.PositiveIntegerField(default=0)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.orderline",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.product",
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
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Return",
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
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("received", "Received"),
                            ("closed", "Closed"),
                        ],
                        default="requested",
                        max_length=12,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("too_large", "Too large"),
                            ("too_small", "Too small"),
                            ("not_as_shown", "Not as described"),
                            ("damaged", "Arrived damaged"),
                            ("wrong", "Wrong product"),
                            ("changed_mind", "Changed my mind"),
                            ("undeliverable", "Undeliverable"),
                        ],
                        max_length=20,
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="orders.order",
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
        ),
        migrations.AddField(
            model_name="order",
            name="channel",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="orders.saleschannel",
            ),
        ),
        migrations.AddField(
            model_name="saleschannel",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="channels",
                to="orders.seller",
            ),
        ),
        migrations.CreateModel(
            name="ReturnLine",
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
                ("requested", models.PositiveIntegerField()),
                ("approved", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("unexpected", models.PositiveIntegerField(default=0)),
                ("received", models.PositiveIntegerField(default=0)),
                ("inspected", models.PositiveIntegerField(default=0)),
                ("restocked", models.PositiveIntegerField(default=0)),
                ("refurbished", models.PositiveIntegerField(default=0)),
                ("written_off", models.PositiveIntegerField(default=0)),
                ("sent_back", models.PositiveIntegerField(default=0)),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_lines",
                        to="orders.orderline",
                    ),
                ),
                (
                    "order_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
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
        ),
        migrations.AddField(
            model_name="product",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="products",
                to="orders.seller",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="seller",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="orders.seller",
            ),
        ),
        migrations.CreateModel(
            name="LabelRequest",
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
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("tracking_number", models.CharField(blank=True, max_length=40)),
                (
                    "file",
                    models.BinaryField(
                        blank=True, default=b"", help_text="Empty: we draw the label."
                    ),
                ),
                ("media_type", models.CharField(blank=True, max_length=40)),
                (
                    "unwanted_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since when nobody wants the label: it is to be voided.",
                        null=True,
                    ),
                ),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
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
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="label_requests",
                        to="orders.package",
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
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "seller",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("request_hash", models.BinaryField(max_length=32)),
                ("answer", models.JSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.seller",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Event",
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
                ("kind", models.CharField(max_length=40)),
                (
                    "subject_id",
                    models.UUIDField(blank=True, help_text="The row it happened to.", null=True),
                ),
                ("data", models.JSONField(default=dict)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow()
                    ),
                ),
                (
                    "transaction_id",
                    models.BigIntegerField(
                        db_default=orders.models.events.TransactionId(), editable=False
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Empty is the system.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
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
            ],
        ),
        migrations.CreateModel(
            name="Barcode",
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
                ("code", models.CharField(max_length=80)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="barcodes",
                        to="orders.product",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="barcodes",
                        to="orders.seller",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiKey",
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
                ("name", models.CharField(max_length=80)),
                (
                    "prefix",
                    models.CharField(
                        help_text="The first characters, to recognise a key by.", max_length=12
                    ),
                ),
                ("key_hash", models.BinaryField(max_length=32, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to="orders.saleschannel",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_keys",
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Shipment",
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
                ("number", models.CharField(max_length=70)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("released", "Released"),
                            ("picking", "Picking"),
                            ("picked", "Picked"),
                            ("packed", "Packed"),
                            ("ready", "Ready"),
                            ("handed_over", "Handed over"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                ("priority", models.SmallIntegerField(default=0)),
                ("ship_by", models.DateTimeField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipments",
                        to="orders.order",
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
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.warehouse",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Promise",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("ships", "Ships"),
                            ("arrives", "Arrives"),
                            ("at_door", "Delivery window"),
                        ],
                        max_length=8,
                    ),
                ),
                ("earliest", models.DateTimeField()),
                ("latest", models.DateTimeField(help_text="The deadline.")),
                ("likely", models.DateTimeField(blank=True, null=True)),
                (
                    "local_on",
                    models.DateField(help_text="The deadline's date at the place of delivery."),
                ),
                ("zone", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stock_late", "Stock late"),
                            ("warehouse_behind", "Warehouse delay"),
                            ("carrier_delay", "Carrier delay"),
                            ("weather", "Weather"),
                            ("other", "Other"),
                            ("late", "Not done in time"),
                            ("planned", "Planned for this day"),
                        ],
                        db_default="",
                        default="",
                        help_text="Why it stands in for another one.",
                        max_length=16,
                    ),
                ),
                (
                    "carrier",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Code of who brings it.",
                        max_length=20,
                    ),
                ),
                (
                    "warned_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the seller was warned that it is at risk.",
                        null=True,
                    ),
                ),
                (
                    "done_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When what was promised happened, in time or not.",
                        null=True,
                    ),
                ),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_early",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Kept before its earliest moment.",
                    ),
                ),
                ("revised_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_moved",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Revised to another date; else only made more precise.",
                    ),
                ),
                ("broken_at", models.DateTimeField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            "kept_at", "revised_at", "broken_at", "released_at"
                        ),
                        output_field=models.DateTimeField(null=True),
                    ),
                ),
                (
                    "courier",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Our own courier who brings it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="orders.order",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="orders.package",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="The promise that this one stands in for.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replaced_by",
                        to="orders.promise",
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
                (
                    "shipment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="orders.shipment",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="package",
            name="shipment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packages",
                to="orders.shipment",
            ),
        ),
        migrations.CreateModel(
            name="Hold",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("unknown_sku", "Unknown SKU"),
                            ("no_address", "Address missing"),
                            ("seller", "Requested by seller"),
                        ],
                        max_length=20,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=250)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="orders.order",
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
                (
                    "shipment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="orders.shipment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShipmentLine",
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
                ("quantity", models.PositiveIntegerField()),
                ("picked", models.PositiveIntegerField(default=0)),
                ("packed", models.PositiveIntegerField(default=0)),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipment_lines",
                        to="orders.orderline",
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
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.shipment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PackageLine",
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
                ("quantity", models.PositiveIntegerField()),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.package",
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
                (
                    "shipment_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="package_lines",
                        to="orders.shipmentline",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="seller",
            name="warehouse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sellers",
                to="orders.warehouse",
            ),
        ),
        migrations.CreateModel(
            name="Member",
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
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="email_is_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="saleschannel",
            constraint=models.UniqueConstraint(
                fields=("seller", "name"), name="a_channel_name_is_used_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.UniqueConstraint(
                fields=("order_return", "line"), name="a_line_is_once_in_a_return"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "requested__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("approved"), "+", models.F("refused")
                        ),
                    )
                ),
                name="a_request_is_decided_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "received__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("approved"), "+", models.F("unexpected")
                        ),
                    )
                ),
                name="received_only_what_was_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("inspected__lte", models.F("received"))),
                name="inspected_only_what_was_received",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "inspected",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("restocked"), "+", models.F("refurbished")
                                ),
                                "+",
                                models.F("written_off"),
                            ),
                            "+",
                            models.F("sent_back"),
                        ),
                    )
                ),
                name="each_inspected_unit_has_one_fate",
            ),
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["seller", "status", "created_at"], name="return_by_status"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("seller", "sku"), name="a_sku_is_used_once"),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                models.F("order"),
                condition=models.Q(
                    ("product__isnull", False),
                    ("ships", True),
                    (
                        "ordered__gt",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("allocated"), "+", models.F("backordered")
                            ),
                            "+",
                            models.F("cancelled"),
                        ),
                    ),
                ),
                name="line_to_allocate",
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                models.F("product"),
                condition=models.Q(("backordered__gt", 0)),
                name="line_backordered",
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("backordered__gt", 0)),
                fields=["seller", "order"],
                name="line_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                models.F("seller"),
                models.F("sku"),
                models.OrderBy(models.F("id"), descending=True),
                name="line_by_sku",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ordered__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("allocated"), "+", models.F("backordered")
                            ),
                            "+",
                            models.F("cancelled"),
                        ),
                    )
                ),
                name="no_unit_is_in_two_places",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("allocated__gte", models.F("picked"))),
                name="picked_only_what_is_allocated",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("picked__gte", models.F("packed"))),
                name="packed_only_what_is_picked",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("packed__gte", models.F("shipped"))),
                name="shipped_only_what_is_packed",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "shipped__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("delivered"), "+", models.F("lost")
                            ),
                            "+",
                            models.F("came_back"),
                        ),
                    )
                ),
                name="a_journey_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivered__gte", models.F("returned"))),
                name="returned_only_what_was_delivered",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "replaced__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("lost"), "+", models.F("came_back")
                            ),
                            "+",
                            models.F("returned"),
                        ),
                    )
                ),
                name="replaced_only_what_failed",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("seller"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="order_by_age",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("seller"),
                models.F("status"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="order_by_status",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["seller", "number"], name="order_by_number"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["seller", "email"], name="order_by_email"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["customer_name"], name="order_by_customer", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=("seller", "channel", "reference"), name="the_same_order_twice_is_one_order"
            ),
        ),
        migrations.AddIndex(
            model_name="labelrequest",
            index=models.Index(
                models.F("due_at"),
                condition=models.Q(("due_at__isnull", False)),
                name="label_request_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("refused_at__isnull", True), ("unwanted_at__isnull", True)),
                fields=("package",),
                name="one_label_is_wanted_per_package",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("tracking_number", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        models.Q(("tracking_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_answered_label_has_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("voided_at__isnull", True), ("unwanted_at__isnull", False), _connector="OR"
                ),
                name="only_an_unwanted_label_is_voided",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at__isnull", False),
                    ("answered_at__isnull", False),
                    ("refused_at__isnull", False),
                    ("unwanted_at__isnull", False),
                    _connector="OR",
                ),
                name="an_open_label_request_is_due",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(models.F("order"), models.F("id"), name="event_of_order"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                models.F("seller"),
                models.F("transaction_id"),
                models.F("id"),
                name="event_by_cursor",
            ),
        ),
        migrations.AddConstraint(
            model_name="barcode",
            constraint=models.UniqueConstraint(
                fields=("seller", "code"), name="a_barcode_names_one_product"
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)),
                fields=["latest"],
                name="promise_open",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["seller", "settled_at"], name="promise_settled"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("replaces__isnull", False)),
                fields=["replaces"],
                name="promise_replaces",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True), ("warned_at__isnull", False)),
                fields=["seller", "warned_at"],
                name="promise_at_risk",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("broken_at__isnull", False), ("done_at__isnull", True)),
                fields=["seller", "broken_at"],
                name="promise_broken",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(("latest__gte", models.F("earliest"))),
                name="a_promise_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("broken_at", None), ("released_at", None), ("revised_at", None)),
                    models.Q(("kept_at", None), ("released_at", None), ("revised_at", None)),
                    models.Q(("broken_at", None), ("kept_at", None), ("released_at", None)),
                    models.Q(("broken_at", None), ("kept_at", None), ("revised_at", None)),
                    _connector="OR",
                ),
                name="a_promise_is_settled_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kept_at", None),
                    models.Q(
                        ("done_at", models.F("kept_at")),
                        ("done_at__isnull", False),
                        ("kept_at__lte", models.F("latest")),
                    ),
                    _connector="OR",
                ),
                name="a_kept_promise_was_done_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_early", False), models.Q(("kept_at", None), _negated=True), _connector="OR"
                ),
                name="only_a_kept_promise_is_early",
            ),
        ),
        migrations.AddIndex(
            model_name="package",
            index=models.Index(
                fields=["seller", "tracking_number"], name="package_by_tracking_number"
            ),
        ),
        migrations.AddIndex(
            model_name="package",
            index=models.Index(
                condition=models.Q(("delivered_at__isnull", False)),
                fields=["seller", "delivered_at"],
                name="package_delivered",
            ),
        ),
        migrations.AddIndex(
            model_name="package",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ("attempt_failed", "at_pickup_point", "returning"))
                ),
                fields=["seller"],
                name="package_not_delivered",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.UniqueConstraint(
                condition=models.Q(("tracking_number", ""), _negated=True),
                fields=("carrier", "tracking_number"),
                name="a_tracking_number_names_one_package",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.UniqueConstraint(
                fields=("shipment", "number"), name="a_package_number_is_used_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handed_to", ""), ("delivered_at__isnull", False), _connector="OR"
                ),
                name="only_what_is_delivered_was_handed_to_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pickup_point", ""), ("pickup_until__isnull", True)),
                    models.Q(
                        models.Q(("pickup_point", ""), _negated=True),
                        ("pickup_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_pickup_point_has_a_last_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "packing")),
                fields=("shipment",),
                name="one_open_box_per_shipment",
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("released_at__isnull", True)),
                fields=["seller", "order"],
                name="hold_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=models.UniqueConstraint(
                fields=("shipment", "line"), name="a_line_is_once_in_a_shipment"
            ),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("packed__lte", models.F("picked")), ("picked__lte", models.F("quantity"))
                ),
                name="shipment_line_counts_rise_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="packageline",
            constraint=models.UniqueConstraint(
                fields=("package", "shipment_line"), name="a_line_is_once_in_a_package"
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                models.F("warehouse"),
                models.F("ship_by"),
                models.OrderBy(models.F("priority"), descending=True),
                models.F("id"),
                condition=models.Q(("status", "released")),
                name="shipment_to_pick",
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["warehouse", "status", "ship_by"], name="shipment_by_status"
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ("planned", "released", "picking", "picked", "packed", "ready"))
                ),
                fields=["seller", "ship_by"],
                name="shipment_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(
                fields=("order", "number"), name="a_shipment_number_is_used_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                fields=("user", "role", "seller", "warehouse"),
                name="a_role_is_given_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
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
                        ("role", "operator"), ("seller__isnull", True), ("warehouse__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="seller_roles_name_a_seller_others_a_warehouse",
            ),
        ),
    ]
