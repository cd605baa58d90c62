"""An undone delivery that a neighbour took: the correction repeats what the customer had read."""

import pytest

from tests.notifications.planning.test_undo_messages import house, let_go  # noqa: F401
from tests.support.stages import sent_packages, started_run
from warehouse.couriers.runs import deliver_stop
from warehouse.couriers.undo import undo_stop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("to", "was"),
    [
        ("receiver", "was delivered"),
        ("neighbour", "was left with a neighbour"),
        ("safe_place", "was left in a safe place"),
    ],
)
def test_the_correction_says_what_was_said(house, smtp_peer, to, was):  # noqa: F811
    packages = sent_packages(house, {"LAMP": 1}, number="1001", phone="")
    stop = started_run(house, packages).stops.get()
    deliver_stop(stop, received_by="Ilse", handed_to=to, actor=house.cory)
    let_go(packages[0].order)
    undo_stop(stop, actor=house.cory)
    let_go(packages[0].order)
    said = f"We told you that your order #1001 {was}."
    # The seller is told, too, in no certain order.
    assert [said in mail.text for mail in smtp_peer.messages].count(True) == 1
