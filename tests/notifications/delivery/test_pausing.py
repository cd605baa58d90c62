"""A restored copy of the database sends nothing until somebody says so."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from fulfillment.demo.peers import Fault
from notifications.delivery.sending import send_due
from notifications.models import Installation, Message
from orders.errors import DomainError
from orders.models import EventEpoch, LabelRequest
from orders.tasks import sweep_labels
from tests.support.cast import make_order
from tests.support.labels import label
from tests.support.stages import open_house, packed_shipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(ada, smtp_peer, sms_peer):
    return make_order(ada, {"LAMP": 1}, phone="")


@pytest.fixture
def copy(ada, smtp_peer, sms_peer):
    """The database says that it was another cluster when it sent last."""
    send_due()
    Installation.objects.update(identity="another:1:5")
    return make_order(ada, {"LAMP": 1}, phone="")


def said(*args, **options):
    out = StringIO()
    call_command("sending", *args, stdout=out, **options)
    return out.getvalue()


def status(order):
    return order.messages.get().status


def test_a_copy_sends_nothing_and_asks(copy, smtp_peer):
    assert send_due() == 0
    assert (status(copy), smtp_peer.messages) == ("planned", [])
    text = said()
    assert "Paused since" in text
    assert "may already have been sent" in text
    assert "email: 1 planned" in text
    assert "sending resume --without-waiting" in text


def test_a_copy_is_let_go(copy, smtp_peer):
    send_due()
    assert said("resume").startswith("Messages are being sent.")
    send_due()
    assert status(copy) == "sent"
    assert send_due() == 0
    assert said() == "Messages are being sent.\n"


def test_what_waited_in_the_copy_is_left(copy, ada, smtp_peer):
    send_due()
    meanwhile = make_order(ada, {"LAMP": 1}, phone="")
    assert "1 messages have waited since before the pause" in said()
    assert "1 waiting messages" in said("resume", without_waiting=True)
    later = make_order(ada, {"LAMP": 1}, phone="")
    send_due()
    assert [status(order) for order in (copy, meanwhile, later)] == ["suppressed", "sent", "sent"]
    assert "before the backup was restored" in Message.objects.get(order=copy).reason


def test_a_copy_that_was_paused_already_is_noticed_too(order):
    said("pause")
    Installation.objects.update(identity="another:1:5")
    assert "This database is a copy" in said()
    assert EventEpoch.objects.count() == 1
    said()
    assert EventEpoch.objects.count() == 1, "noticed once"


def test_an_operator_pauses_and_resumes(order, smtp_peer):
    assert "Paused by an operator." in said("pause")
    assert send_due() == 0
    said("resume")
    send_due()
    assert status(order) == "sent"


def test_the_first_start_is_no_copy(order, smtp_peer):
    assert Installation.objects.count() == 0
    send_due()
    assert status(order) == "sent"
    assert Installation.objects.get().paused_at is None


def test_a_copy_asks_no_carrier_by_itself(carrier_peer):
    """The original may have got these labels since."""
    house = open_house()
    carrier_peer.behaviour = lambda made: Fault(500)
    with pytest.raises(DomainError):
        label(packed_shipment(house, {"LAMP": 1}), house)
    carrier_peer.behaviour = lambda made: None
    LabelRequest.objects.update(due_at=timezone.now())
    asked = carrier_peer.attempts
    said("pause")
    sweep_labels()
    assert carrier_peer.attempts == asked
    said("resume")
    sweep_labels()
    assert carrier_peer.attempts == asked + 1
