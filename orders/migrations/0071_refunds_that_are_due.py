"""Whether a refund is due is a column: the words beside it name products, which may say anything."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0069_age_of_shop_holds")]

    operations = [
        migrations.AddField(
            model_name="push",
            name="is_refund_due",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
