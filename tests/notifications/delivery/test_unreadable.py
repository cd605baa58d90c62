"""What is the matter with one message stays with it: the others of its batch are sent."""

import pytest

from notifications.delivery.sending import send_due
from notifications.models import Message
from tests.notifications.saying import mail_of, make_due, state
from tests.support.cast import make_order
from tests.support.spoiling import make_unreadable
from tests.support.stages import open_house

pytestmark = pytest.mark.django_db


@pytest.mark.breaks_books  # with a row that nobody can read
def test_a_message_whose_facts_cannot_be_read_stops_no_other(smtp_peer):
    house = open_house()
    mails = [mail_of(make_order(house.ada, {"LAMP": 1}, phone="")) for _ in range(3)]
    make_unreadable("orders_event", "at", mails[1].event_id)

    send_due()

    assert [state(mail)[0] for mail in (mails[0], mails[2])] == ["sent", "sent"]
    assert state(mails[1]) == ("retrying", "The message could not be rendered.")
    for _ in range(6):
        make_due(*Message.objects.filter(pk=mails[1].pk))
        send_due()
    assert state(mails[1]) == ("failed", "The message could not be rendered.")
    assert len(smtp_peer.messages) == 2
