"""Decisions about orders in any order, while the warehouse works: the books stay clean."""

import random

import pytest

from orders.decisions.split import join_shipment, split_shipment
from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.edit import edit_order
from orders.lifecycle.edit_lines import add_lines, add_units, change_units
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Hold, Order, OrderLine, Shipment
from orders.shops.base import IncomingLine
from tests.balance import findings
from tests.support.cast import make_order, make_product, put_stock
from tests.warehouse.walking import put_all_back, scan
from warehouse.floor.packing import close_package, pack_unit
from warehouse.floor.picking import report_short, take_next_pick_list
from warehouse.floor.putting_back import put_back
from warehouse.models import PickLine, PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
SKUS = ("LAMP", "SHADE")


class Story:
    """A seller and a picker who decide by dice; what is refused changes nothing."""

    def __init__(self, ada, building, pat, dice):
        self.ada, self.building, self.pat, self.dice = ada, building, pat, dice
        self.done = self.refused = 0

    def step(self):
        names = [name for name in dir(self) if name.startswith("do_")]
        try:
            getattr(self, self.dice.choice(names))()
            self.done += 1
        except DomainError:
            self.refused += 1

    def one(self, rows):
        found = list(rows.order_by("pk"))
        if not found:
            raise DomainError("There is none.")
        return self.dice.choice(found)

    def order(self):
        return self.one(Order.objects)

    def some(self, order):
        lines = list(OrderLine.objects.filter(order=order))
        chosen = self.dice.sample(lines, self.dice.randint(1, len(lines)))
        return {line.pk: self.dice.randint(0, 3) for line in chosen}

    def do_order(self):
        make_order(self.ada, {sku: self.dice.randint(1, 4) for sku in SKUS})

    def do_stock(self):
        sku, place = self.dice.choice(SKUS), self.dice.choice(("A-01-1", "A-02-1", "B-01-1"))
        put_stock(self.ada.products[sku], self.dice.randint(1, 5), bin_code=place)

    def do_allocate(self):
        allocate_due()

    def do_cancel_units(self):
        order = self.order()
        cancel_units(order, self.some(order), actor=self.ada.owner)

    def do_cancel(self):
        if self.dice.random() < 0.3:
            cancel_order(self.order(), actor=None)

    def do_uncancel(self):
        undo_cancellation(self.order(), actor=self.ada.owner)

    def do_split(self):
        shipment = self.one(Shipment.objects.filter(status__in=("planned", "released")))
        lines = {line.line_id: self.dice.randint(0, line.quantity) for line in shipment.lines.all()}
        split_shipment(shipment, lines, actor=None)

    def do_join(self):
        join_shipment(self.one(Shipment.objects.all()), actor=None)

    def do_add(self):
        order = self.order()
        add_units(order, self.some(order), actor=None)

    def do_add_line(self):
        line = IncomingLine(self.dice.choice((*SKUS, "NEW")), "Added", self.dice.randint(1, 2))
        if line.sku != "NEW" or self.dice.random() < 0.2:
            add_lines(self.order(), [line], actor=None)

    def do_change(self):
        order = self.order()
        change_units(order, self.some(order), actor=None)

    def do_edit(self):
        edit_order(self.order(), {"priority": self.dice.randint(0, 9)}, actor=None)

    def do_hold(self):
        hold_order(self.order(), reason=Hold.Reason.SELLER, actor=None)

    def do_release(self):
        release_hold(self.one(Hold.objects.filter(released_at__isnull=True)), actor=None)

    def do_take(self):
        take_next_pick_list(warehouse=self.building, actor=self.pat)

    def do_pick(self):
        take_next_pick_list(warehouse=self.building, actor=self.pat)
        stop = self.stop()
        scan(stop, self.pat, quantity=self.dice.randint(1, stop.open_quantity or 1))

    def do_short(self):
        if self.dice.random() < 0.3:
            report_short(self.stop(), found=0, reason="empty", actor=self.pat)

    def do_put_back(self):
        if self.dice.random() < 0.3:
            put_back(
                self.one(Shipment.objects.filter(status__in=("picking", "picked", "packed"))),
                actor=None,
            )

    def do_empty(self):
        put_all_back(self.one(PickList.objects.filter(status="put_back")), self.pat)

    def do_pack(self):
        shipment = self.one(Shipment.objects.filter(status="picked"))
        for line in shipment.lines.select_related("line__product"):
            box = pack_unit(
                shipment, code=line.line.product.sku, quantity=line.quantity, actor=self.pat
            )
        close_package(box, actor=self.pat)

    def stop(self):
        return self.one(PickLine.objects.filter(pick_list__status="open"))


@pytest.mark.parametrize("seed", range(2))
def test_the_books_stay_clean_whatever_is_decided(ada, building, pat, seed):
    for sku in SKUS:
        make_product(ada, sku, f"Title of {sku}")
    story = Story(ada, building, pat, random.Random(seed))  # noqa: S311 repeatable
    for step in range(90):
        story.step()
        if step % 10 == 9:
            assert findings() == [], (seed, step)
    assert story.done > 30
