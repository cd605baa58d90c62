"""The slip that a customer prints for an approved return: where to, which return, what is in it."""

import io

import pytest
import zxingcpp
from django.test import Client
from PIL import Image

from fulfillment.serving.rate_limits import TEN_MINUTES
from fulfillment.serving.rates import Limit, take
from fulfillment.tracking.views.return_slip import MOST
from orders.models import Order, Warehouse
from orders.returns.handling import approve_return, refuse_return, request_return
from tests.support.stages import delivered_order
from warehouse.documents import return_slip
from warehouse.documents.return_slip import WORDS
from warehouse.documents.slip_words import SLIP_WORDS

pytestmark = pytest.mark.django_db


def requested(house, units=2, **fields):
    order = delivered_order(house, {"LAMP": units}, **fields)
    (line,) = order.lines.all()
    return request_return(order, units={line.pk: 1}, reason="changed_mind")


def asked(coming, token=None, number=None):
    order = coming.order
    return Client().get(f"/track/{token or order.token}/return/{number or coming.number}/slip.pdf")


def decoded(coming, language="en"):
    picture = return_slip.return_slip(coming, language, file_format="png")
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def test_an_approved_return_has_a_slip_and_no_other(monday_house):
    coming = requested(monday_house)
    page = f"/track/{coming.order.token}/"
    path = f"{page}return/{coming.number}/slip.pdf"
    assert asked(coming).status_code == 404
    assert path not in Client().get(page).content.decode()

    coming = approve_return(coming, actor=monday_house.ada.owner)
    answer = asked(coming)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "private, no-store"
    assert path in Client().get(page).content.decode()

    assert asked(coming, number="%00").status_code == 404
    assert asked(coming, token="nobody").status_code == 404
    other = requested(monday_house)
    other = approve_return(other, actor=monday_house.ada.owner)
    assert asked(coming, number=other.number).status_code == 404, "of another order"


def test_so_many_slips_are_drawn_of_one_order(monday_house):
    coming = approve_return(requested(monday_house), actor=monday_house.ada.owner)
    order = str(coming.order_id)
    for _ in range(MOST - 1):
        assert take(Limit("slip", order, MOST, TEN_MINUTES)) is None
    assert asked(coming).status_code == 200
    refused = asked(coming)
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    other = approve_return(requested(monday_house), actor=monday_house.ada.owner)
    assert asked(other).status_code == 200


def test_a_refused_return_has_none(monday_house):
    coming = refuse_return(
        requested(monday_house), words="It was worn.", actor=monday_house.ada.owner
    )
    assert asked(coming).status_code == 404


@pytest.mark.parametrize("language", sorted(WORDS))
def test_both_parts_have_its_number_as_a_barcode(monday_house, language):
    coming = requested(monday_house)
    assert decoded(coming, language) == [coming.number] * 2


def test_it_says_where_to_and_what_and_nothing_of_the_sender(monday_house):
    coming = requested(monday_house, customer_name="Grace Hopper", street="Linden 1")
    Order.objects.filter(pk=coming.order_id).update(country="FR")
    Warehouse.objects.filter(pk=monday_house.warehouse.pk).update(street="Dock 7")
    coming.refresh_from_db()
    said = return_slip._data(coming, "en")
    assert (said["address"][0], said["address"][-1]) == (monday_house.ada.seller.name, "GERMANY")
    assert "Dock 7" in said["address"]
    assert [row["quantity"] for row in said["lines"]] == ["1"]
    assert "Grace" not in str(said)
    assert "Linden" not in str(said)


def test_of_a_gift_no_title_is_told(monday_house):
    coming = requested(monday_house)
    Order.objects.filter(pk=coming.order_id).update(is_gift=True)
    coming.refresh_from_db()
    assert return_slip._data(coming, "en")["lines"] == [{"quantity": "1", "title": "…"}]


def test_every_language_of_a_packing_slip_has_its_words():
    assert WORDS.keys() == SLIP_WORDS.keys()
