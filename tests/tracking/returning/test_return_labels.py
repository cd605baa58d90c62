"""The customer's page of a return with a label: what is true of it, for whom, and where it is."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from django.test import Client
from django.utils import timezone
from PIL import Image

from fulfillment.demo.peers import Fault
from fulfillment.demo.peers.carrier import DRAWN
from orders.carriers.base import Seen
from orders.models import ReturnLabel
from orders.returns.handling import cancel_return
from orders.returns.labels.following import save_journey
from tests.orders.return_labels.stories import approved, gives, requested, sweep
from tests.support.stages import delivered_order, open_house
from tests.tracking.tracked import proven

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]


@pytest.fixture
def house(once, carrier_peer):
    return once(open_house)


def page(order, client=None):
    return (client or Client()).get(f"/track/{order.token}/").content.decode()


def label_path(back):
    return f"/track/{back.order.token}/return/{back.number}/label/"


def with_label(house, offer="peer:both", **fields):
    gives(house, offer)
    back = approved(house, **fields)
    sweep()
    return back


def test_only_who_proves_it_gets_the_label(house):
    back = with_label(house)
    label = ReturnLabel.objects.get()

    stranger = page(back.order)
    refused = Client().get(label_path(back))
    assert "Confirm that it is you to see it." in stranger
    assert "Pack everything. You need not write anything on the parcel." in stranger
    for own in (f"write {back.number}", back.warehouse.name, "slip.pdf"):
        assert own not in stranger, "the label says where it goes"
    assert (label.tracking_number in stranger, label.code in stranger) == (False, False)
    assert (refused.status_code, "/verify/" in refused["Location"]) == (302, True)

    customer = proven(back.order)
    shown, given = page(back.order, customer), customer.get(label_path(back))
    for said in ("Print the return label", label.tracking_number, label.code, "Peer Express"):
        assert said in shown
    assert f"https://peer.example/parcels/{label.tracking_number}" in shown
    assert (given.content, given["Content-Type"]) == (DRAWN, "application/pdf")
    assert given["Content-Disposition"] == f'inline; filename="return-label-{back.number}.pdf"'
    assert given["Cache-Control"] == "private, no-store"


def test_a_label_that_is_not_there_is_not_promised(house, carrier_peer):
    gives(house, "peer:label")
    carrier_peer.behaviour = lambda made: Fault(422, "blocked")
    back = approved(house)
    customer = proven(back.order)
    making = page(back.order, customer)
    assert "A return label is being made for you." in making
    assert "please wait for the return label before you send it." in making
    assert back.warehouse.name not in making
    assert customer.get(label_path(back)).status_code == 404

    sweep()

    shown = page(back.order, customer)
    assert "There is no return label for it." in shown
    assert back.warehouse.name in shown
    assert "blocked" not in shown, "that is for the seller"
    assert "Print the return label" not in shown


def test_a_label_of_a_cancelled_return_is_served_to_nobody(house):
    back = with_label(house)
    customer = proven(back.order)
    cancel_return(back)

    assert customer.get(label_path(back)).status_code == 404
    assert "Print the return label" not in page(back.order, customer)


def test_the_label_of_another_order_is_not_found(house):
    back = with_label(house)
    other = delivered_order(house, {"LAMP": 1})

    path = f"/track/{other.token}/return/{back.number}/label/"
    assert proven(other).get(path).status_code == 404


def test_the_page_says_how_far_the_parcel_is(house):
    back = with_label(house)
    now = timezone.now()
    ReturnLabel.objects.update(answered_at=now - timedelta(days=2))
    save_journey(
        ReturnLabel.objects.get(),
        [Seen("moving", now - timedelta(hours=5)), Seen("taken", now - timedelta(hours=9))],
    )
    customer = proven(back.order)

    shown = page(back.order, customer)
    for said in ("Your parcel is on its way back.", "Handed in: ", "In transit since: "):
        assert said in shown
    for gone in ("Print the return label", "Cancel this return", "Confirm that it is you to see"):
        assert gone not in shown
    save_journey(ReturnLabel.objects.get(), [Seen("there", now)])
    assert "Delivered to the warehouse: " in page(back.order, customer)


@pytest.mark.parametrize(
    ("offer", "said"),
    [
        ("", ""),
        ("own:code", "With it you can also bring the parcel to us yourself."),
        ("peer:label", "you get a label from Peer Express to print."),
        ("peer:code", "Show it at Peer Express, and they print the label for you."),
        ("peer:both", "or a QR code with which they print it for you."),
    ],
)
def test_the_form_says_what_they_get_before_it_is_sent(house, offer, said):
    gives(house, offer)
    order = delivered_order(house, {"LAMP": 1})

    form = proven(order).get(f"/track/{order.token}/return/").content.decode()

    assert ("Once the return is approved, you get" in form) == bool(offer)
    assert said in form.replace("\u2068", "").replace("\u2069", "")


def test_a_return_that_waits_for_its_decision_has_no_label(house):
    gives(house, "peer:both")
    back = requested(house)

    assert "return label" not in page(back.order, proven(back.order))


@pytest.mark.parametrize(
    ("language", "prints"), [("de", "Rücksendeetikett drucken"), ("ar", "طباعة ملصق الإرجاع")]
)
def test_a_phone_without_javascript_shows_a_code_that_scans(house, open_page, language, prints):
    back = with_label(house, language=language)
    label = ReturnLabel.objects.get()
    for scheme in ("light", "dark"):
        for width in (360, 1280):
            phone = open_page(
                timezone.now(),
                f"/track/{back.order.token}/",
                is_proven=True,
                java_script_enabled=False,
                color_scheme=scheme,
                viewport={"width": width, "height": 640},
                locale=language,
            )
            assert phone.locator("html").get_attribute("lang") == language
            phone.get_by_role("link", name=prints).wait_for()
            code = phone.locator(".hand-in img")
            code.scroll_into_view_if_needed()
            picture = Image.open(io.BytesIO(code.screenshot()))
            assert [found.text for found in zxingcpp.read_barcodes(picture)] == [label.code]
            assert phone.evaluate("document.documentElement.scrollWidth") <= width
