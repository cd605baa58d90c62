"""How many days before its lot expires a unit of a product is no longer sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0115_check_waived_refunds")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="least_days_left",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Before its lot expires a unit is no longer sent so many days.",
            ),
        ),
    ]
