"""Run as a program in a copy of the tree: send over a channel, and let its customer turn it off.

python -m tests.support.programs.chatting chat
"""

import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.core.management import call_command  # noqa: E402 - models need the set-up above
from django.test import override_settings  # noqa: E402

from fulfillment.demo.peers import SmsPeer  # noqa: E402
from notifications.consent.choices import choices_of  # noqa: E402
from notifications.consent.updates import choose_updates  # noqa: E402
from notifications.delivery.sending import send_due  # noqa: E402
from notifications.models import Message  # noqa: E402
from tests.support.cast import make_order, make_seller, make_warehouse  # noqa: E402


def main(channel: str) -> None:
    """Print what was sent over the channel, and what its customer can choose."""
    seller = make_seller("Ada's Lamps", "ada@example.com", make_warehouse())
    peer = SmsPeer().start()
    with override_settings(SMS_URL=peer.url):
        make_order(seller, {"LAMP": 1}, email="")
        send_due()
        row = Message.objects.get(channel=channel)
        print("sent:", row.get_channel_display(), row.attempts.get().provider, row.status)
        (choice,) = (found for found in choices_of(row.order) if found.channel == channel)
        print("page:", choice.in_words)
        choose_updates(row.order, channel=channel, off=[], is_off=True)
        make_order(seller, {"LAMP": 1}, email="")
        send_due()
        last = Message.objects.filter(channel=channel).order_by("pk").last()
        print("after:", last.reason)
    peer.stop()
    call_command("makemigrations", check=True, dry_run=True)


if __name__ == "__main__":
    main(sys.argv[1])
