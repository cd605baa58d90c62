"""Run as a program in a copy of the tree: send a text through a provider, and hear back of it.

python -m tests.support.programs.texting pigeon
"""

import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.test import Client, override_settings  # noqa: E402 - models need the set-up above

from fulfillment.demo.peers import SmsPeer  # noqa: E402
from notifications.delivery.sending import send_due  # noqa: E402
from notifications.models import Message  # noqa: E402
from tests.support.cast import make_order, make_seller, make_warehouse  # noqa: E402


def main(provider: str) -> None:
    """Print what the peer took, and what became of the text."""
    seller = make_seller("Ada's Lamps", "ada@example.com", make_warehouse())
    peer = SmsPeer().start()
    with override_settings(SMS_PROVIDER=provider, SMS_URL=peer.url):
        make_order(seller, {"LAMP": 1}, email="")
        send_due()
        row = Message.objects.get(channel="sms")
        print("taken:", len(peer.messages), "text")
        print("provider:", row.attempts.get().provider)
        for name, headers in (("unsigned", {}), ("signed", {"x-coo": "coo"})):
            body = row.provider_id.encode()
            answer = Client(headers=headers, SERVER_NAME="localhost").post(
                f"/hooks/sms/{provider}/", body, content_type="text/plain"
            )
            print(f"{name}:", answer.status_code)
    peer.stop()
    row.refresh_from_db()
    print("state:", row.status)


if __name__ == "__main__":
    main(sys.argv[1])
