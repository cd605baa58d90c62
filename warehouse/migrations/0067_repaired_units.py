"""Repaired units of customers come into totes: a reason of their own in the ledger."""

from django.db import migrations, models

REASONS = [
    ("received", "Received"),
    ("put_away", "Put away"),
    ("moved", "Moved"),
    ("picked", "Picked"),
    ("put_back", "Put back"),
    ("handed_over", "Handed over"),
    ("missing", "Missing"),
    ("restocked", "Restocked"),
    ("repaired", "Repaired"),
    ("adjusted", "Adjusted"),
]


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0066_returned_serials"), ("orders", "0152_repairs")]

    operations = [
        migrations.AlterField(
            "stockmovement", "reason", models.CharField(choices=REASONS, max_length=12)
        ),
    ]
