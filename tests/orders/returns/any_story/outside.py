"""Acts of those who are not in the house: the customer, the seller and the shop."""

from datetime import timedelta

from django.utils import timezone

from orders.exchanges.requesting import request_exchange
from orders.intake.agreement import heed
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.edit_lines import change_units
from orders.models import Repair, SalesChannel, ShopOrder
from orders.returns.ahead import decide_surcharge, wait_longer
from orders.returns.asked.by_seller import BySeller
from orders.returns.discrepancies import decide_discrepancy, settle_credit
from orders.returns.handling import (
    approve_return,
    cancel_return,
    refuse_return,
    request_return,
    revise_return,
)
from orders.returns.labels.requests import make_new_label, void_label
from orders.returns.policy import local_day
from orders.returns.refunding import add_goodwill, owe_again, pay_refund, waive_refund
from orders.returns.repairing import decide_repair
from orders.shops.base import OrderReport, RefundReport, Units
from tests.orders.returns.any_story.town import Town
from tests.orders.returns.any_story.truths import last_written, left_of
from tests.support.cast import MONDAY, incoming
from tests.warehouse.any_day.acts import FEW, NONE_OR_FEW, step

REASONS = ("changed_mind", "damaged", "too_small")
YES_OR_NO = (True, False)
WORDS = "It was worn."


class Customer(Town):
    """Asks for returns and exchanges, and thinks better of it."""

    @step(
        often=4,
        lamps=NONE_OR_FEW,
        shades=NONE_OR_FEW,
        reason=REASONS,
        wish=("", "", "credit", "repair"),
        by_seller=YES_OR_NO,
    )
    def ask(self, lamps, shades, reason, wish, by_seller):
        order = self.one_of(self.orders().filter(lines__delivered__gt=0).distinct())
        units, more = self._units(order, lamps, shades), {}
        left = left_of(order)
        if by_seller:
            more["by"] = BySeller(self.owner, why="She called", takes_fee=lamps > shades)
        is_wrong = any(number > left[pk] for pk, number in units.items()) or not any(units.values())
        with self.act("ask", order, lamps, shades, reason, wish, by_seller, is_wrong=is_wrong):
            request_return(order, units=units, reason=reason, wish=wish, **more)

    @step(often=2, lamps=FEW, shades=NONE_OR_FEW, sku=("LAMP", "LAMP-BLUE"))
    def exchange(self, lamps, shades, sku):
        rows = self.orders().filter(lines__delivered__gt=0, lines__sku="LAMP")
        order = self.one_of(rows.distinct())
        units, left = self._units(order, lamps, shades), left_of(order)
        wanted = {order.lines.get(sku="LAMP").pk: self.house.ada.products[sku].pk}
        is_wrong = any(number > left[pk] for pk, number in units.items())
        with self.act("exchange", order, lamps, shades, sku, is_wrong=is_wrong):
            request_exchange(order, units=units, wanted=wanted, reason="too_small")

    @step()
    def take_request_back(self):
        back = self.one_of(self.returns())
        is_wrong = back.status not in ("requested", "approved")
        with self.act("cancel", back, is_wrong=is_wrong):
            cancel_return(back)

    @step()
    def cancel(self):
        order = self.one_of(self.orders().exclude(status__in=("delivered", "cancelled")))
        with self.act("cancel order", order):
            cancel_order(order, actor=None)

    def _units(self, order, lamps, shades):
        wanted = {"LAMP": lamps, "SHADE": shades}
        return {line.pk: wanted[line.sku] for line in order.lines.all() if line.sku in wanted}


class SellerActs(Town):
    """Decides about returns, what differs, and money."""

    @step()
    def approve(self):
        back = self.one_of(self.returns().exclude(status="closed"))
        with self.act("approve", back, is_wrong=back.status != "requested"):
            approve_return(back, actor=self.owner)

    @step(often=3)
    def approve_what_waits(self):
        back = self.one_of(self.returns("requested"))
        with self.act("approve", back):
            approve_return(back, actor=self.owner)

    @step()
    def refuse(self):
        back = self.one_of(self.returns())
        with self.act("refuse", back, is_wrong=back.status != "requested"):
            refuse_return(back, words=WORDS, actor=self.owner)

    @step()
    def revise(self):
        back = self.one_of(self.returns())
        is_wrong = back.status not in ("approved", "refused")
        with self.act("revise", back, is_wrong=is_wrong):
            revise_return(back, words=WORDS, actor=self.owner)

    @step(
        decision=("accept", "keep", "discard", "credit", "no_credit", "free", "sold", "exchanged")
    )
    def decide(self, decision):
        row = self.one_of(self.discrepancies())
        with self.act("decide", row.kind, row, decision, is_wrong=row.status != "open"):
            decide_discrepancy(row, decision, actor=self.owner)

    @step(often=2, is_taken=YES_OR_NO)
    def decide_what_waits(self, is_taken):
        row = self.one_of(self.discrepancies().filter(status="open"))
        is_missing = row.kind in ("missing", "empty")
        ways = ("credit", "no_credit") if is_missing else ("accept", "keep")
        with self.act("decide", row.kind, row, ways[not is_taken]):
            decide_discrepancy(row, ways[not is_taken], actor=self.owner)

    @step()
    def settle(self):
        row = self.one_of(self.discrepancies().filter(decision="credit"))
        with self.act("settle", row, is_wrong=row.status != "decided"):
            settle_credit(row, actor=self.owner)

    @step(amount=(100, 1500, 9000))
    def add_goodwill(self, amount):
        refund = self.one_of(self.refunds())
        with self.act("goodwill", refund.pk, amount):
            add_goodwill(refund, amount=amount, reason="Sorry", actor=self.owner)

    @step(often=2, less=(0, 0, 500, -700, -90000))
    def pay(self, less):
        refund = self.one_of(self.refunds())
        is_wrong = refund.status != "owed" or (less < -50000 and refund.is_exact)
        with self.act("pay", refund.order, refund.amount - less, is_wrong=is_wrong):
            pay_refund(
                refund, amount=refund.amount - less, method="credit", code="C", actor=self.owner
            )

    @step()
    def waive(self):
        refund = self.one_of(self.refunds())
        with self.act("waive", refund.order, refund.amount, is_wrong=refund.status != "owed"):
            waive_refund(refund, reason="Agreed", actor=self.owner)

    @step(often=2)
    def owe_again(self):
        refund = self.one_of(self.refunds())
        with self.act("owe again", refund.order, refund.amount, is_wrong=refund.status == "owed"):
            owe_again(refund, actor=self.owner)

    @step(decision=("waived", "asked"))
    def decide_surcharge(self, decision):
        back = self.one_of(self.returns().filter(exchange__isnull=False))
        with self.act("surcharge", back, decision):
            decide_surcharge(back, decision, actor=self.owner)

    @step()
    def wait_longer(self):
        back = self.one_of(self.returns().filter(exchange__isnull=False))
        until = local_day(back.order, timezone.now()) + timedelta(days=30)
        with self.act("wait longer", back):
            wait_longer(back, until=until, actor=self.owner)

    @step(is_new=YES_OR_NO)
    def ask_for_another_label(self, is_new):
        back = self.one_of(self.returns())
        with self.act("new label" if is_new else "void label", back):
            (make_new_label if is_new else void_label)(back, actor=self.owner)

    @step(decision=("repaired", "unrepaired", "refunded"))
    def decide_repair(self, decision):
        repair = self.one_of(Repair.objects.filter(order__in=self.orders()))
        with self.act("repair", repair, decision):
            decide_repair(repair, decision, words="No part to be had.", actor=self.owner)

    @step(lamps=NONE_OR_FEW)
    def change(self, lamps):
        order = self.one_of(self.orders().filter(lines__sku="LAMP").distinct())
        with self.act("change", order, lamps):
            change_units(order, {order.lines.get(sku="LAMP").pk: lamps}, actor=self.owner)


class Shop(Town):
    """Tells of edits, cancellations and refunds: late, early and twice."""

    @step(lamps=NONE_OR_FEW, is_cancelled=(False, False, True))
    def tell_of_an_edit(self, lamps, is_cancelled):
        known = self.one_of(self._known())
        lines = {sku: Units(*units) for sku, units in known.lines.items()}
        if "LAMP" in lines:
            lines["LAMP"] = Units(max(lamps, lines["LAMP"].bought), lamps)
        wanted = {sku: units.wanted for sku, units in lines.items() if units.wanted}
        at = self.luck.choice((timezone.now(), MONDAY))
        report = OrderReport(
            incoming(wanted, reference=known.reference), at, lines, "paid", is_cancelled
        )
        with self.act("shop edits", known.order, wanted, is_cancelled):
            self._tell(report)

    @step(lamps=range(3), more=(0, -500, 300))
    def tell_of_a_refund(self, lamps, more):
        known = self.one_of(self._known())
        number = f"{self.luck.randrange(7000, 7003)}"  # told again, also with another sum
        worth = max(0, 1999 * lamps + more)
        removed = {"LAMP": lamps} if lamps and "LAMP" in known.lines else {}
        report = RefundReport(known.reference, number, removed, {number: worth}, "EUR")
        for _ in range(self.luck.randint(1, 2)):
            with self.act("shop refunds", known.order, number, removed, worth):
                self._tell(report)
            self.known = last_written()

    @step(often=2)
    def tell_of_what_is_owed(self):
        """The shop pays exactly what is owed for a return."""
        refund = self.one_of(self.refunds().filter(status="owed"))
        known = ShopOrder.objects.filter(order=refund.order_id).first()
        if known is None:
            return
        number = refund.pk.hex[-9:]
        units = {part.line.shop_line: part.units for part in refund.lines.select_related("line")}
        report = RefundReport(known.reference, number, units, {number: refund.amount}, "EUR")
        with self.act("shop pays", refund.order, refund.amount):
            self._tell(report)

    def _known(self):
        return ShopOrder.objects.filter(order__in=self.orders()).select_related("order")

    def _tell(self, report):
        channel = SalesChannel.objects.select_related("seller__warehouse")
        heed(channel.get(pk=self.house.ada.channel.pk), report)
