"""The tracking page shows the shop's pictures and its service; of a gift it shows neither goods."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from orders.catalogue.pictures import keep_picture
from orders.lifecycle.cancel import cancel_order
from orders.models import Order
from tests.support.cast import make_order
from tests.tracking.tracked import sent_order, state

pytestmark = pytest.mark.django_db


def drawing(side=600):
    out = BytesIO()
    Image.new("RGB", (side, side), "#a45").save(out, "PNG")
    return out.getvalue()


def with_picture(house):
    return keep_picture(house.ada.products["LAMP"], drawing(), actor=None)


def page_of(order):
    return Client().get(f"/track/{order.token}/").content.decode()


def address(order):
    return f"/track/{order.token}/picture/?of={order.lines.get().pk}"


def test_a_picture_stands_beside_its_product_small_and_lazy(monday_house):
    kept = with_picture(monday_house)
    order = sent_order(monday_house, {"LAMP": 1})

    page = page_of(order)
    answer = Client().get(address(order))

    at = f"{address(order)}&amp;v={kept.version}"
    assert f'<img class="picture" src="{at}" alt="" width="56" height="56" loading="lazy"' in page
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert Image.open(BytesIO(answer.content)).size == (112, 112)
    assert len(answer.content) < 4096
    assert answer["Cache-Control"] == "private, max-age=86400, immutable"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_a_product_without_a_picture_has_none(monday_house):
    order = sent_order(monday_house, {"SHADE": 1})

    assert "<img" not in page_of(order)
    assert Client().get(address(order)).status_code == 404


def test_the_picture_of_a_gift_or_of_another_order_is_not_there(monday_house):
    with_picture(monday_house)
    gift = sent_order(monday_house, {"LAMP": 1}, is_gift=True)
    order = sent_order(monday_house, {"LAMP": 1})
    shade = sent_order(monday_house, {"SHADE": 1})

    assert "<img" not in page_of(gift)
    assert state(gift)["parcels"][0]["items"][0]["picture"] == ""
    of_another = f"/track/{shade.token}/picture/?of={order.lines.get().pk}"
    nobodys = f"/track/{'x' * 26}/picture/?of={order.lines.get().pk}"
    for url in (address(gift), of_another, nobodys, address(order)[:-3] + "zzz"):
        assert Client().get(url).status_code == 404, url
    assert Client().get(f"/track/{order.token}/picture/?of={uuid4()}").status_code == 404


def by(order, **service):
    Order.objects.filter(pk=order.pk).update(service=service)
    return state(order)["service"]


def test_the_page_names_the_service_as_the_shop_calls_it(monday_house):
    order = sent_order(monday_house, {"LAMP": 1})

    assert by(order, name="Standard", carrier="") == "Delivery: Standard"
    assert by(order, name="Own couriers", carrier="own") == "", "which the parcel says"
    assert by(order, name="Express", carrier="peer") == "", "the packer took own couriers"
    assert by(order, looked_at=None) == ""
    assert "Delivery: " not in page_of(order)


def test_what_is_cancelled_comes_by_no_service(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1})
    assert by(order, name="Standard", carrier="own") == "Delivery: Standard"
    cancel_order(order, actor=None)
    assert state(order)["service"] == ""
