"""A kit as people see it: with its parts below it; a part by itself says of which kit it is."""

import io

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from notifications.facts import load_facts
from notifications.models import Message
from notifications.words.contents import contents_of
from notifications.words.rendering import render
from notifications.words.wording import Goods, short_lists
from orders.lifecycle.cancel import cancel_units
from orders.lifecycle.labelling import label_packages
from orders.models import Order, OrderLine, Return
from orders.returns.handling import request_return
from tests.api.asking import ask
from tests.orders.files.uploaded import bring, counts, file_channel
from tests.support import cast
from tests.support.stages import House, picked, started_run
from tests.test_doors import signed_in
from tests.tracking.tracked import proven
from warehouse.couriers.runs import deliver_stop
from warehouse.documents.slip import packing_slip
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
BOXES = Goods(2, "Title of BOX", ("2 × Honey", "4 × Jam", "2 × Tea"))
LAMP = Goods(1, "Title of LAMP")
FIRST, SECOND = {"HONEY": 2, "JAM": 4, "LAMP": 1}, {"TEA": 2}


@pytest.fixture
def house(stocked, building, pat, cory):
    return House(building, stocked, stocked, pat, cory)


@pytest.fixture
def order(stocked):
    return cast.make_order(stocked, {"BOX": 2, "LAMP": 1})


@pytest.fixture
def client(stocked):
    browser = Client()
    browser.force_login(stocked.owner)
    return browser


def boxed(house, order, *boxes):
    """The labelled boxes of an order, each with {SKU: units}."""
    shipment = picked(house, order)
    for box in boxes:
        for sku, units in box.items():
            package = pack_unit(shipment, code=sku, quantity=units, actor=house.pat)
        close_package(package, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    return list(shipment.packages.order_by("number"))


def facts_of(order, kind):
    message = Message.objects.filter(order=order, event__kind=kind, channel="email").first()
    return load_facts([message])[0]


def contents(order, kind):
    return contents_of(facts_of(order, kind))


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_messages_name_a_kit_with_its_parts(order, house):
    facts = facts_of(order, "order.received")
    assert contents_of(facts).here == [BOXES, LAMP]
    mail = render(facts, now=timezone.now())
    said = mail.text
    assert (
        "- 2 × Title of BOX\n    2 × Honey\n    4 × Jam\n    2 × Tea\n- 1 × Title of LAMP" in said
    )
    assert "0.00" not in said
    assert short_lists([BOXES, LAMP])[0] == "2x Title of BOX, 1x Title of LAMP"
    allocate_due()
    cancel_units(order, {order.lines.get(sku="BOX").pk: 1}, actor=None)
    gone = contents(order, "order.lines_cancelled")
    one = Goods(1, "Title of BOX", ("1 × Honey", "2 × Jam", "1 × Tea"))
    assert (gone.here, gone.later) == ([one], [one, LAMP])


def test_a_part_without_its_kit_says_of_which_it_is(order, house):
    boxes = boxed(house, order, FIRST, SECOND)
    hand_over(boxes[:1], actor=house.pat)
    order = Order.objects.get(pk=order.pk)
    client = Client()
    page = text_of(client.get(f"/track/{order.token}/"))
    for said in ("Title of BOX: Honey", "Title of BOX: Jam", "Title of BOX: Tea"):
        assert said in page
    inside = PdfReader(io.BytesIO(packing_slip(boxes[0]))).pages[0].extract_text()
    assert [" ".join(line.split()) for line in inside.splitlines() if "Title" in line] == [
        "2 HONEY Title of BOX: Honey",
        "4 JAM Title of BOX: Jam",
        "1 LAMP Title of LAMP",
        "2 TEA Title of BOX: Tea In another box of this shipment",
    ]


def test_pages_and_slip_show_the_parts_below_the_kit(order, house, client):
    boxes = boxed(house, order, FIRST | SECOND)
    inside = PdfReader(io.BytesIO(packing_slip(boxes[0]))).pages[0].extract_text()
    rows = [" ".join(line.split()) for line in inside.splitlines()]
    assert rows[rows.index("2 BOX Title of BOX") :][:5] == [
        "2 BOX Title of BOX", "2 HONEY Honey", "4 JAM Jam", "2 TEA Tea", "1 LAMP Title of LAMP",
    ]  # fmt: skip
    page = client.get(f"/dashboard/orders/{order.pk}/")
    shown = [(line.sku, bool(line.kit_line_id)) for line, *_ in page.context["page"].lines]
    assert shown == [
        ("BOX", False), ("HONEY", True), ("JAM", True), ("TEA", True), ("LAMP", False),
    ]  # fmt: skip
    assert "A kit, picked as the parts below" in text_of(page)
    assert "Does not ship" not in text_of(page)
    track = text_of(Client().get(f"/track/{order.token}/"))
    assert "2 ×</span> <span><bdi>Title of BOX</bdi>" in track
    assert '<span class="part">4 × <bdi>Jam</bdi></span>' in track
    listed = client.get("/dashboard/orders/").context["page"].rows[0].units
    assert [unit["title"] for unit in listed] == ["Title of BOX", "Title of LAMP"]


def test_an_order_of_a_kit_comes_back_from_a_file_as_it_went(boxes):
    boxes.channel = file_channel(boxes)
    cast.make_order(boxes, {"BOX": 2, "LAMP": 1})
    answer = signed_in(boxes.owner).get("/dashboard/exports/", {"what": "orders"})
    file = b"".join(answer.streaming_content)
    assert (b"Jam" in file, b"Title of BOX" in file) == (False, True)
    assert counts(bring(boxes, file, name="orders", channel=boxes.channel)) == (0, 0, 1, 0)
    fair = file_channel(boxes, "Fair")
    assert counts(bring(boxes, file, name="orders", channel=fair)) == (1, 0, 0, 0)
    again = OrderLine.objects.filter(order__channel=fair).order_by("position")
    assert list(again.values_list("sku", "ordered", "ships")) == [
        ("BOX", 2, False),
        ("LAMP", 1, True),
        ("HONEY", 2, True),
        ("JAM", 4, True),
        ("TEA", 2, True),
    ]


def test_a_customer_returns_parts(order, house, client):
    boxes = boxed(house, order, FIRST | SECOND)
    run = started_run(house, hand_over(boxes, actor=house.pat))
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    order = Order.objects.get(pk=order.pk)
    form = text_of(proven(order).get(f"/track/{order.token}/return/"))
    assert '<bdi>Jam</bdi> <span class="soft">of <bdi>Title of BOX</bdi></span>' in form
    assert "<bdi>Title of BOX</bdi></label>" not in form, "what is in hand are its parts"
    jam = order.lines.get(sku="JAM")
    request_return(order, units={jam.pk: 1}, reason="changed_mind")
    page = text_of(client.get(f"/dashboard/orders/{order.pk}/"))
    assert '1 × <bdi>Jam</bdi> <span class="soft">of <bdi>Title of BOX</bdi></span>' in page
    row = Return.objects.get()
    told = ask(house.ada, f"returns/{row.pk}/").json()
    assert told["lines"][0]["line"] == str(jam.pk)
