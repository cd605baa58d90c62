"""Pictures of products."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_picture ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_picture
USING (orders_picture.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_picture.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_picture"


class Migration(migrations.Migration):
    dependencies = [("orders", "0036_product_changes")]

    operations = [
        migrations.CreateModel(
            name="Picture",
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
                ("image", models.BinaryField()),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                (
                    "version",
                    models.CharField(
                        help_text="The beginning of the hash of the image.", max_length=16
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now=True)),
                (
                    "added_by",
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
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="picture",
                        to="orders.product",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("height__gte", 1),
                            ("height__lte", 800),
                            ("width__gte", 1),
                            ("width__lte", 800),
                        ),
                        name="a_picture_fits_on_a_screen",
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
