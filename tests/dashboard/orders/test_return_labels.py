"""The seller's side of a return label: offered, seen, made anew, voided; where one fails."""

import pytest
from django.test import Client
from django.utils import timezone

from fulfillment.demo.peers import Fault
from orders.carriers.base import Seen
from orders.models import Refund, ReturnLabel
from orders.returns.labels.following import save_journey
from orders.returns.labels.offers import offer_of
from tests.orders.return_labels.stories import approved, gives, sweep
from tests.support.stages import open_house
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once, carrier_peer):
    return once(open_house)


@pytest.fixture
def ada(house):
    return signed_in(house.ada.owner)


def page(ada, back):
    return ada.get(f"/dashboard/orders/{back.order_id}/").content.decode()


def test_the_seller_chooses_who_makes_labels(house, ada):
    path = f"/dashboard/settings/refunds/?seller={house.ada.seller.pk}"
    form = ada.get(path).content.decode()
    assert "Own couriers: a QR code to show" in form
    assert "Peer Express: a label to print, and a QR code to show" in form

    given = {"refund_method": Refund.Method.values[0], "label": "peer:both"}
    assert ada.post(path, given).status_code == 302
    house.ada.seller.refresh_from_db()
    assert str(offer_of(house.ada.seller)) == "peer:both"
    assert '<option value="peer:both" selected>' in ada.get(path).content.decode()

    assert ada.post(path, given | {"label": "own:label"}).status_code == 422
    assert ada.post(path, given | {"label": ""}).status_code == 302
    house.ada.seller.refresh_from_db()
    assert offer_of(house.ada.seller) is None


def test_the_order_shows_the_label_and_where_the_parcel_is(house, ada):
    gives(house, "peer:label")
    back = approved(house)
    assert "Being made" in page(ada, back)
    sweep()
    label = ReturnLabel.objects.get()
    shown = page(ada, back)
    assert "Make a new label" in shown
    assert f"https://peer.example/parcels/{label.tracking_number}" in shown

    save_journey(label, [Seen("moving", timezone.now())])

    shown = page(ada, back)
    for said in ("Handed in", "In transit since"):
        assert said in shown
    for act in ("Make a new label", "Void the label"):
        assert act not in shown


def test_a_label_is_made_anew_and_voided(house, ada):
    gives(house, "peer:label")
    back = approved(house)
    sweep()

    made = ada.post(f"/dashboard/returns/{back.pk}/label/", follow=True).content.decode()
    assert "The carrier is asked for a label." in made
    sweep()
    voided = ada.post(f"/dashboard/returns/{back.pk}/label/void/", follow=True).content.decode()
    assert "The label is voided." in voided
    assert [row.state for row in ReturnLabel.objects.order_by("pk")] == ["void", "void"]

    again = ada.post(f"/dashboard/returns/{back.pk}/label/void/")
    assert again.status_code == 409


def test_nobody_makes_labels_of_another_seller(house):
    gives(house, "peer:label")
    back = approved(house)
    bo = signed_in(house.bo.owner)

    for path in ("label", "label/void"):
        assert bo.post(f"/dashboard/returns/{back.pk}/{path}/").status_code == 404
    assert ReturnLabel.objects.get().state == "asked"


def test_a_label_that_no_carrier_makes_needs_attention(house, ada, carrier_peer):
    gives(house, "peer:label")
    carrier_peer.behaviour = lambda made: Fault(422, "account blocked")
    back = approved(house)
    sweep()

    listed = ada.get("/dashboard/").content.decode()
    assert "Returns without a label" in listed
    assert "it refused: account blocked." in listed
    carrier_peer.behaviour = None
    action = f"/dashboard/returns/{back.pk}/label/"
    assert f'action="{action}"' in listed
    assert ada.post(action, {"back": "attention"})["Location"] == "/dashboard/"
    sweep()

    assert "account blocked" not in ada.get("/dashboard/").content.decode()
    assert ReturnLabel.objects.order_by("pk").last().state == "ready"


def test_the_api_says_where_the_parcel_is(house):
    gives(house, "peer:label")
    back = approved(house)
    key = {"Authorization": f"Bearer {house.ada.api_key}"}
    sweep()
    save_journey(ReturnLabel.objects.get(), [Seen("moving", None)])
    label = ReturnLabel.objects.get()

    answer = Client().get(f"/api/v1/returns/{back.pk}/", headers=key).json()["label"]

    assert (answer["status"], answer["carrier"]) == ("ready", "peer")
    assert answer["tracking_number"] == label.tracking_number
    assert answer["in_transit_since"] == answer["handed_in_at"] is not None
    assert answer["arrived_at"] is None
