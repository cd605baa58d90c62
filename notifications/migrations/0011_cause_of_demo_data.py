"""Messages about demo data are not sent, and say why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0010_counts_of_messages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("may_be_undone", "May Be Undone"),
                    ("calm", "Calm"),
                    ("quiet_hours", "Quiet Hours"),
                    ("gathered", "Told with others at the full hour"),
                    ("corrects_claimed", "What it corrects is just leaving"),
                    ("other_channel", "The other channel failed"),
                    ("sent_again", "Sent again by hand"),
                    ("provider_busy", "Its provider asked to try later"),
                    ("provider_down", "Provider Down"),
                    ("not_set_up", "Its provider is not set up"),
                    ("sender_stopped", "Sender Stopped"),
                    ("cancelled", "Cancelled"),
                    ("undone", "Undone"),
                    ("overtaken", "Overtaken by what happened since"),
                    ("date_passed", "Its date is past, kept or replaced"),
                    ("no_news", "Its reader never heard what it changes"),
                    ("never_left", "What it corrects never left"),
                    ("old_order", "Of an order that was old when it came in"),
                    ("said_again", "Said Again"),
                    ("newer_state", "A newer state was told instead"),
                    ("told_together", "Told together with the next one"),
                    ("shop_choice", "The shop does not send it"),
                    ("customer_choice", "The customer does not want it"),
                    ("blocked_address", "Blocked Address"),
                    ("no_address", "No Address"),
                    ("browser_left", "Browser Left"),
                    ("demo", "Demo data: nobody is sent anything"),
                    ("too_many_warnings", "Too Many Warnings"),
                    ("sms_country", "Numbers of this country are not texted"),
                    ("sms_of_order", "Too many texts about this order"),
                    ("sms_to_number", "Too many texts to this number"),
                    ("sms_of_day", "The seller's texts are stopped for the day"),
                    ("mail_of_order", "Too many e-mails about this order"),
                    ("mail_to_address", "Too many e-mails to this address"),
                    ("mail_of_day", "The seller's e-mails are stopped for the day"),
                    ("refused", "Its provider refused it for good"),
                    ("given_up", "Tried for too long"),
                    ("no_answer", "Its provider gave no answer"),
                    ("unwritable", "It could not be put in words"),
                    ("reported", "Its provider reports that it did not arrive"),
                    ("restored", "It may have left before a backup was restored"),
                ],
                help_text="The reason, for code.",
                max_length=20,
            ),
        ),
    ]
