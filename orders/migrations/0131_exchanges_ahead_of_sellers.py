"""What a seller offers for returns: an exchange in advance, credit, what the customer keeps."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0130_forget_demos"),
    ]

    operations = [
        migrations.AddField(
            "seller",
            "exchange_ahead",
            models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="How an exchange is sent before the goods came: days, value, returns; "
                "{}: never.",
            ),
        ),
        migrations.AddField(
            "seller",
            "return_choices",
            models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="{credit: customers may choose it, keep: [worth at most, currency]}.",
            ),
        ),
    ]
