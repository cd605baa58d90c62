"""“This is that” is said once: for all that waits, and for all that comes."""

import pytest

from orders.intake.linking import link_what_is_known
from orders.lifecycle.aliases import forget, meant_by, teach
from orders.lifecycle.holds import link_line
from orders.models import Event, Order, OrderLine, SkuAlias
from tests.support.cast import make_order, make_product
from tests.support.stages import open_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return open_house().ada


def products():
    """{number of an order: what its lines are linked to}."""
    lines = OrderLine.objects.select_related("order", "product").order_by("order_id", "position")
    found = {}
    for line in lines:
        found.setdefault(line.order.number, []).append(line.product and line.product.sku)
    return list(found.values())


def test_one_link_is_for_all_that_waits_and_all_that_comes(ada):
    first = make_order(ada, {"Old-Lamp": 1})
    make_order(ada, {"old-lamp": 1, "NOBODY": 1})
    link_line(first.lines.get(), product=ada.products["LAMP"], actor=ada.owner)
    make_order(ada, {"OLD-LAMP": 2})

    assert products() == [["LAMP"], ["LAMP", None], ["LAMP"]]
    statuses = list(Order.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == ["received", "on_hold", "received"]
    assert Event.objects.filter(kind="order.line_linked").count() == 2
    assert set(meant_by(ada.channel, ["old-LAMP", "lamp", "LAMP", "x"])) == {
        "old-LAMP", "lamp", "LAMP",
    }  # fmt: skip

    forget(SkuAlias.objects.get(), actor=ada.owner)
    assert make_order(ada, {"Old-Lamp": 1}).status == "on_hold"


def test_a_sku_in_other_letters_is_the_same_unless_two_are_meant(ada):
    assert make_order(ada, {"shade": 1}).status == "received"
    make_product(ada, "Shade", "Another shade")
    assert make_order(ada, {"sHADE": 1}).status == "on_hold"
    assert make_order(ada, {"Shade": 1}).lines.get().product.title == "Another shade"


def test_what_one_channel_means_is_not_what_another_means(ada):
    first = make_order(ada, {"Old-Lamp": 1})
    link_line(first.lines.get(), product=ada.products["LAMP"], actor=ada.owner)
    other = ada.seller.channels.exclude(pk=ada.channel.pk).first()
    assert meant_by(other, ["Old-Lamp"]) == {}


def test_what_waited_is_linked_once_its_product_is_there(ada):
    make_order(ada, {"NEW": 1, "LAMP": 1})
    make_order(ada, {"new": 2, "OTHER": 1})
    make_order(ada, {"Twin": 1})
    make_order(ada, {"Alias": 1})
    assert link_what_is_known() == 0

    make_product(ada, "NEW", "A new one")
    for sku in ("TWIN", "twin"):
        make_product(ada, sku, "Which of them?")
    # As a file does it.
    teach(ada.channel.pk, "alias", ada.products["LAMP"], actor=ada.owner)
    assert (link_what_is_known(limit=1), link_what_is_known()) == (3, 0)

    assert products() == [["NEW", "LAMP"], ["NEW", None], [None], ["LAMP"]]
    statuses = list(Order.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == ["received", "on_hold", "on_hold", "received"]
    assert Event.objects.filter(kind="order.line_linked", actor=None).count() == 3


def test_a_sku_that_grows_when_its_letters_are_small_is_linked_and_not_learnt(ada):
    line = make_order(ada, {"İ" * 80: 1}).lines.get()
    assert link_line(line, product=ada.products["LAMP"], actor=ada.owner).product
    assert not SkuAlias.objects.exists()
