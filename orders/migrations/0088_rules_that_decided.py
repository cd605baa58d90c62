"""Which rule decided about a return, and its words to the customer."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0087_return_rules")]

    operations = [
        migrations.AddField(
            model_name="return",
            name="words",
            field=models.CharField(blank=True, db_default="", default="", max_length=250),
        ),
        migrations.AddField(
            model_name="return",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Which decided, or left it to the seller.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.returnrule",
            ),
        ),
    ]
