"""Orders of kits: their lines at every way in, and the work on them from stock to the door."""

import pytest
from django.utils import timezone

from orders.catalogue.products import remove_part
from orders.errors import DomainError
from orders.intake.acceptance import accept_orders
from orders.intake.linking import link_what_is_known
from orders.intake.rows import RowMaker
from orders.intake.sizes import are_over
from orders.intake.statement import accept_statement
from orders.lifecycle.edit_lines import add_lines
from orders.lifecycle.holds import link_line
from orders.lifecycle.labelling import label_packages
from orders.models import KitPart, Order, OrderLine, RoutingRule, Seller
from orders.routing.dry_run import try_rules, with_rule
from orders.routing.rules import add_rule, draft, rules_of
from orders.shops.base import IncomingLine
from orders.statements import run
from tests.api.asking import ask
from tests.support import cast
from tests.support.stages import House, picked, started_run
from tests.support.statements import count_statements
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.models import Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def lines_of(order):
    """(SKU, ordered, ships, price, SKU of the kit, units in one) of each line."""
    rows = OrderLine.objects.filter(order=order).select_related("kit_line").order_by("position")
    return [
        (row.sku, row.ordered, row.ships, row.unit_price, row.kit_line and row.kit_line.sku,
         row.units_per_kit)
        for row in rows
    ]  # fmt: skip


PICNIC = [{"sku": "JAM", "units": 3}]
THREE = [
    ("HONEY", 3, True, 0, "BOX", 1),
    ("JAM", 6, True, 0, "BOX", 2),
    ("TEA", 3, True, 0, "BOX", 1),
]


def test_a_kit_comes_in_with_its_parts(boxes):
    order = cast.make_order(boxes, {"BOX": 3, "LAMP": 1})
    assert lines_of(order) == [
        ("BOX", 3, False, 1999, None, 0),
        ("LAMP", 1, True, 1999, None, 0),
        *THREE,
    ]
    assert order.status == "received"
    ids = list(OrderLine.objects.filter(order=order).values_list("pk", flat=True))
    assert {one.version for one in ids} == {7}
    told = ask(boxes, f"orders/{order.pk}/").json()["lines"]
    kit = told[0]
    assert [line["kit_line"] for line in told] == [None, None, *[kit["id"]] * 3]
    # The parts are those of the moment, whatever the kit is made of later.
    remove_part(KitPart.objects.get(part__sku="TEA"), actor=None)
    assert lines_of(order)[2:] == THREE
    assert len(lines_of(cast.make_order(boxes, {"BOX": 1}))) == 3


def test_what_the_shop_says_does_not_ship_is_no_kit(boxes):
    sold = cast.incoming({"LAMP": 1})
    # A shop that sends the parts of its own bundle does so beside it.
    sold.lines.append(IncomingLine("BOX", "Box of the shop", 1, ships=False))
    (accepted,) = accept_orders(boxes.channel, [sold])
    assert lines_of(accepted.order_id)[1:] == [("BOX", 1, False, 0, None, 0)]


def test_more_parts_than_a_line_has_wait_for_a_person(boxes):
    KitPart.objects.filter(part__sku="JAM").update(units=1000)
    order = cast.make_order(boxes, {"BOX": 1001})
    line = order.lines.get()
    assert (order.status, line.product, line.is_kit) == ("on_hold", None, False)
    with pytest.raises(DomainError) as refused:
        link_line(line, product=boxes.products["BOX"], actor=None)
    told = "1,001 × Title of BOX have 1,001,000 × Jam: a line has at most 1,000,000 units."
    assert str(refused.value) == told
    assert order.lines.get().product is None


def test_a_line_becomes_a_kit_when_it_is_linked_or_added(boxes):
    waiting = cast.make_order(boxes, {"frühstück": 3})
    link_line(waiting.lines.get(), product=boxes.products["BOX"], actor=None)
    assert lines_of(waiting) == [("frühstück", 3, False, 1999, None, 0)] + [
        (*row[:4], "frühstück", row[5]) for row in THREE
    ]
    assert Order.objects.get(pk=waiting.pk).status == "received"
    lamp = cast.make_order(boxes, {"LAMP": 1})
    add_lines(lamp, [IncomingLine("BOX", "", 3, 500)], actor=None)
    assert lines_of(lamp)[1:] == [("BOX", 3, False, 500, None, 0), *THREE]
    # A kit that is added after its orders.
    waiting = cast.make_order(boxes, {"PICNIC": 2})
    ask(boxes, "products/", {"sku": "PICNIC", "title": "Picnic", "parts": PICNIC})
    assert link_what_is_known() == 1
    assert lines_of(waiting) == [
        ("PICNIC", 2, False, 1999, None, 0),
        ("JAM", 6, True, 0, "PICNIC", 3),
    ]
    learnt = cast.make_order(boxes, {"FRÜHSTÜCK": 1})
    assert [row[1] for row in lines_of(learnt)] == [1, 1, 2, 1]


def test_what_became_a_kit_meanwhile_is_unpacked_by_the_allocator(stocked):
    basket = cast.make_product(stocked, "BASKET", "Basket")
    order = cast.make_order(stocked, {"BASKET": 2})
    # As where the order came in while the first part was added.
    KitPart.objects.create(seller=stocked.seller, kit=basket, part=stocked.products["JAM"], units=3)
    allocate_due()
    assert lines_of(order) == [
        ("BASKET", 2, False, 1999, None, 0),
        ("JAM", 6, True, 0, "BASKET", 3),
    ]
    assert order.lines.get(sku="JAM").allocated == 6


def test_a_kit_is_picked_packed_and_brought_as_its_parts(stocked, building, pat, cory):
    house = House(building, stocked, stocked, pat, cory)
    box = {"HONEY": 2, "JAM": 4, "TEA": 2, "LAMP": 1}
    order = cast.make_order(stocked, {"BOX": 2, "LAMP": 1})
    packages = sent(house, order, box)
    run = started_run(house, packages)
    deliver_stop(run.stops.get(), received_by="Grace", actor=cory)
    order = Order.objects.get(pk=order.pk)
    delivered = {line.sku: line.delivered for line in order.lines.all()}
    assert (order.status, delivered) == ("delivered", {"BOX": 0, **box})
    supplies = Supply.objects.order_by("product__sku").values_list("product__sku", "on_hand")
    assert dict(supplies) == {"HONEY": 8, "JAM": 16, "LAMP": 9, "TEA": 8}


def sent(house, order, goods):
    """The boxes of an order with these goods, handed over."""
    shipment = picked(house, order)
    for sku, quantity in goods.items():
        package = pack_unit(shipment, code=sku, quantity=quantity, actor=house.pat)
    close_package(package, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    return hand_over(shipment.packages.order_by("number"), actor=house.pat)


def test_intake_takes_not_one_statement_more(boxes):
    for lines in ({"LAMP": 1}, {"BOX": 1, "LAMP": 2}):
        order = cast.incoming(lines)
        # Prepares the statement; with the first kit it is seen that they are not all plain.
        accept_orders(boxes.channel, [cast.incoming(lines)])
        with count_statements() as statements:
            accept_orders(boxes.channel, [order])
        assert len(statements) == 1, lines


def test_a_dry_run_counts_a_kit_as_the_intake_does(boxes):
    """What a rule would have done with an order is what it does with the next one like it."""
    shipping = {"BOX": 1, "LAMP": 2}
    jam, box = boxes.products["JAM"], boxes.products["BOX"]
    whole = {"name": "x", "priority": "20"}
    cases = [
        (shipping, {"units_from": 4}, 0),
        (shipping, {"units_to": 3}, 20),
        (shipping, {"units_from": 3}, 20),
        (shipping, {"product": jam.pk}, 0),
        (shipping, {"product": box.pk}, 20),
        (shipping, {"value_from": 5997, "value_to": 5997, "currency": "EUR"}, 20),
        ({"LAMP": 1, "JAM": 1}, {"product": jam.pk}, 20),
    ]
    for lines, given, priority in cases:
        past = cast.make_order(boxes, lines)
        tried = try_rules(boxes.seller, [], [draft(boxes.seller, whole | given)])
        assert (past in dict(tried.orders)) == bool(priority), given
        rule = add_rule(boxes.seller, whole | given, actor=None)
        boxes.channel.seller = Seller.objects.select_related("warehouse").get(pk=boxes.seller.pk)
        assert cast.make_order(boxes, lines).priority == priority, given
        rule.delete()


def test_a_dry_run_reads_no_lines_and_holds_nothing_that_ships_nothing(boxes):
    dear = cast.incoming({"LAMP": 1, "BOX": 1})
    dear.lines[0].quantity, dear.lines[0].unit_price = 10**6, 10**16
    voucher = cast.incoming({"GIFT": 1})
    voucher.lines[0].ships = False
    accept_orders(boxes.channel, [dear, voucher])
    present = rules_of(boxes.seller)
    wanted = with_rule(present, draft(boxes.seller, {"name": "x", "hold": "Look"}))
    with count_statements() as told:
        tried = try_rules(boxes.seller, present, wanted)
    assert ([order.reference for order, _ in tried.orders], len(told)) == ([dear.reference], 2)
    assert RoutingRule.objects.count() == 0


def test_the_statement_reads_the_lines_once_however_many_parts_there_are(boxes):
    """A look at all lines for each part is quadratic: 10,000 kits were never taken."""
    maker = RowMaker(boxes.channel, timezone.now())
    rows = [maker.rows_of(cast.incoming({"BOX": 1})) for _ in range(2)]
    sql, values = accept_statement(boxes.channel, rows, [])
    ((plan,),) = run(f"EXPLAIN (FORMAT JSON) {sql}", values)
    assert list(looked_up(plan[0]["Plan"], "line")) == []
    orders = [cast.incoming({"BOX": 1, "LAMP": 1, "NEW": 1, " BOX": 1}) for _ in range(3)]
    # Six other lines, and six kits of three parts.
    assert [are_over(boxes.channel, orders, most) for most in (11, 23, 24)] == [True, True, False]


def looked_up(node, name, *, inside=False):
    """The scans of a CTE that a plan makes again and again: those in a SubPlan."""
    inside = inside or node.get("Parent Relationship") == "SubPlan"
    if inside and node.get("CTE Name") == name:
        yield node
    for child in node.get("Plans", []):
        yield from looked_up(child, name, inside=inside)
