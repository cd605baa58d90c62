"""A parcel of a return is found by the number that its carrier scans on the way back."""

import pytest

from orders.models import ReturnLabel
from orders.returns.labels.requests import make_new_label
from tests.orders.return_labels.stories import approved, gives, sweep

pytestmark = pytest.mark.django_db

RETURNS = "/warehouse/returns/"


def test_the_scan_of_a_return_label_opens_its_return(house, pat, carrier_peer):
    gives(house, "peer:label")
    back, other = approved(house), approved(house)
    sweep()
    make_new_label(back, actor=house.ada.owner)
    sweep()
    voided, present = ReturnLabel.objects.filter(order_return=back).order_by("pk")

    for label in (present, voided):  # whichever the customer has stuck on it
        opened = pat.sends(RETURNS, code=label.tracking_number)
        assert opened.url == f"{RETURNS}{back.pk}/"
    other_number = ReturnLabel.objects.get(order_return=other).tracking_number
    assert pat.sends(RETURNS, code=other_number).url == f"{RETURNS}{other.pk}/"
