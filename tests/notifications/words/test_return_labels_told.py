"""The mails about a return with a label: what is there, what is not yet; that it is handed in."""

import pytest

from fulfillment.demo.peers import Fault
from notifications.facts import load_facts
from notifications.models import Message
from notifications.words.rendering import render
from orders.carriers.base import Seen
from orders.models import ReturnLabel
from orders.returns.labels.following import save_journey
from tests.notifications.saying import at_ten
from tests.orders.return_labels.stories import approved, gives, sweep
from tests.support.cast import MONDAY
from tests.support.stages import open_house

pytestmark = pytest.mark.django_db

MAKING = "A return label is being made. The tracking page shows whether it is ready."
READY = "The tracking page shows your return label, or the code to show instead."


@pytest.fixture
def house(once, carrier_peer):
    with at_ten:
        yield once(open_house)


def text(back, template):
    row = Message.objects.get(order=back.order_id, template=template, channel="email")
    said = render(load_facts([row])[0], now=MONDAY).text
    return " ".join(said.replace("\u2068", "").replace("\u2069", "").split())


def test_the_approval_says_what_is_there_when_it_leaves(house):
    gives(house, "peer:both")
    back = approved(house)
    assert MAKING in text(back, "return_approved")

    sweep()

    told, number = text(back, "return_approved"), ReturnLabel.objects.get().tracking_number
    assert f"{READY} The tracking number of the parcel is {number} (Peer Express)." in told
    assert MAKING not in told


def test_a_code_of_own_couriers_has_no_number_to_follow(house):
    gives(house, "own:code")
    back = approved(house)
    sweep()

    told = text(back, "return_approved")
    assert (READY in told, "tracking number" in told) == (True, False)


def test_what_no_carrier_makes_is_not_promised(house, carrier_peer):
    gives(house, "peer:label")
    carrier_peer.behaviour = lambda made: Fault(422, "blocked")
    back = approved(house)
    sweep()

    assert "return label" not in text(back, "return_approved")


def test_without_a_carrier_nothing_is_said_of_labels(house):
    assert "label" not in text(approved(house), "return_approved")


def test_that_it_is_handed_in_is_told_once_with_its_number(house):
    gives(house, "peer:label")
    back = approved(house)
    sweep()
    label = ReturnLabel.objects.get()
    for word in ("taken", "moving", "taken"):
        save_journey(label, [Seen(word, None)])

    told = text(back, "return_handed_in")

    assert f"Your return {back.number} of order" in told
    assert f"was handed in. The tracking number of the parcel is {label.tracking_number}" in told
