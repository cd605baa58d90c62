"""Days on which customers of a seller get no more mails, as those of text messages."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# No process of the former version knows this table.
POLICY = """
ALTER TABLE notifications_mailstop ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON notifications_mailstop
USING (notifications_mailstop.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (notifications_mailstop.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON notifications_mailstop"


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_row_security"),
        ("orders", "0016_history_is_appended"),
    ]

    operations = [
        migrations.AlterField(
            model_name="smsstop",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.seller"
            ),
        ),
        migrations.CreateModel(
            name="MailStop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(help_text="By the seller's calendar.")),
                ("sent", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "on"), name="one_mail_stop_per_day")
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
