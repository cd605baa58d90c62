"""The fee of a return, as the customer was shown it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0105_refund_terms_of_sellers")]

    operations = [
        migrations.AddField("return", "fee", models.BigIntegerField(db_default=0, default=0)),
    ]
