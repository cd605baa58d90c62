"""What shops say of an order: who bought it, their ids of lines, and how far it must be paid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # each table by itself

    dependencies = [("orders", "0016_history_is_appended")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="buyer_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Who bought it and is written to; empty: the one who receives it.",
                max_length=600,
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="shop_line",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The shop's own id of the line, as text.",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="saleschannel",
            name="sends_once",
            field=models.CharField(
                choices=[
                    ("paid", "it is paid"),
                    ("authorised", "the payment is authorised"),
                    ("received", "it is received, paid or not"),
                ],
                db_default="paid",
                default="paid",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="hold",
            name="reason",
            field=models.CharField(
                choices=[
                    ("unknown_sku", "Unknown SKU"),
                    ("no_address", "Address missing"),
                    ("payment", "Not paid yet"),
                    ("pickup", "Local pick-up"),
                    ("shop", "Changed in the shop"),
                    ("seller", "Requested by seller"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="customer_name",
            field=models.CharField(
                blank=True, help_text="Who receives it: the name on the label.", max_length=600
            ),
        ),
    ]
