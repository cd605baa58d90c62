"""An approved return has a last day on which it may be handed in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0189_warehouses_are_closed")]

    operations = [
        migrations.AddField(
            "return",
            "hand_in_by",
            models.DateField(blank=True, null=True),
        )
    ]
