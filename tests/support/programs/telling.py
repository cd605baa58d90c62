"""Run as a program in a copy of the tree: record an event of a new order, send what it is told by.

python -m tests.support.programs.telling order.greeted
"""

import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.test import override_settings  # noqa: E402 - models need the set-up above
from django.utils import timezone  # noqa: E402

from fulfillment.dashboard.queries.timeline import timeline  # noqa: E402
from fulfillment.demo.peers import SmsPeer, SmtpPeer  # noqa: E402
from notifications.delivery.sending import send_due  # noqa: E402
from notifications.editor.samples import sample  # noqa: E402
from notifications.kinds.catalogue import FOR_CUSTOMERS  # noqa: E402
from notifications.kinds.routes import kinds_for  # noqa: E402
from notifications.webhooks.kinds import KINDS  # noqa: E402
from notifications.words.rendering import render  # noqa: E402
from orders.events.recording import record  # noqa: E402
from orders.models import Event  # noqa: E402
from tests.support.cast import make_order, make_seller, make_warehouse  # noqa: E402


def main(kind: str) -> None:
    """Print the subjects of the mails, the history, and what a preview shows."""
    seller = make_seller("Ada's Lamps", "ada@example.com", make_warehouse())
    mails, texts = SmtpPeer().start(), SmsPeer().start()
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST=mails.host,
        EMAIL_PORT=mails.port,
        SMS_URL=texts.url,
    ):
        order = make_order(seller, {"LAMP": 1})
        event = Event.of(order, kind.partition(".")[2])
        record([event])
        send_due()
    mails.stop()
    texts.stop()
    for mail in mails.messages:
        print("mail:", mail.message["Subject"])
    for text in texts.messages:
        print("text:", text.text.partition("\n")[0])
    for entry in timeline(order, {}, []):
        print("history:", entry.what)
    for name in [found.name for found in kinds_for(event) if found.name in FOR_CUSTOMERS]:
        facts = sample(seller.seller, name, language="en", now=timezone.now())
        print("preview:", render(facts, now=timezone.now()).subject)
    print("webhook:", kind in KINDS)


if __name__ == "__main__":
    main(sys.argv[1])
