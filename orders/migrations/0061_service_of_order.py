"""The service by which an order was promised, kept as it was then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0060_version_of_services")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="service",
            field=models.JSONField(
                blank=True,
                editable=False,
                help_text="The service by which it was promised, as it was then; see orders/services.",
                null=True,
            ),
        ),
    ]
