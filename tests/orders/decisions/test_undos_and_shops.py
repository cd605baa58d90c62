"""What a shop says while its order is cancelled here counts once the cancellation is undone."""

import pytest
from django.db import transaction
from django.utils import timezone

from orders.decisions.uncancel import undo_cancellation
from orders.intake.agreement import heed
from orders.intake.differences import REFUNDED, Difference, note, settle
from orders.intake.payments import heed_payment
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import release_hold
from orders.models import Hold, Order, ShopOrder, User
from orders.shops.base import FulfilmentPart, FulfilmentReport
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db
FRAUD, LATE = "High risk of fraud", "Awaiting stock"


def holds_it(*reasons):
    """The shop holds it for these reasons, or lets it go, with a note of a person there."""

    def say(order):
        parts = [FulfilmentPart("", "", list(reasons), "Ask Eve")] if reasons else []
        heed(order.channel, FulfilmentReport(order.reference, parts, timezone.now()))

    return say


def pays(payment):
    def say(order):
        ShopOrder.objects.filter(order=order).update(payment=payment)
        heed_payment(order.channel, ShopOrder.objects.get(order=order))

    return say


def refunds(order):
    """A refund of which the shop does not say the units: nobody has to decide about it yet."""
    known = ShopOrder.objects.get(order=order)
    note(known, [Difference(REFUNDED, "refund 7 of 5.00")])
    with transaction.atomic():
        settle(known)
    assert known.differs_at is None


def let_go(order):
    ada = User.objects.get(email__startswith="ada")
    release_hold(order.holds.get(released_at__isnull=True), actor=ada)


def holds(order):
    rows = Hold.objects.filter(order=order, released_at__isnull=True)
    return list(rows.values_list("reason", "detail"))


# What the shop says before, what while it is cancelled here, and the holds after the undo.
UNPAID = [("payment", "not paid yet")]
SAID = [
    ([holds_it(FRAUD)], [], [("shop_hold", f"{FRAUD}; Ask Eve")]),
    ([holds_it(FRAUD)], [holds_it()], []),
    ([], [holds_it(FRAUD)], [("shop_hold", FRAUD)]),
    ([holds_it(FRAUD), let_go], [], []),
    ([holds_it(FRAUD), let_go], [holds_it(LATE)], [("shop_hold", LATE)]),
    ([pays("unpaid")], [], UNPAID),
    ([pays("unpaid")], [pays("paid")], []),
    ([pays("paid")], [pays("unpaid")], UNPAID),
    ([pays("unpaid")], [pays("held")], [("clearance", "the shop holds the order")]),
    ([pays("unpaid"), let_go], [], []),
    ([], [refunds], [("shop", "refund 7 of 5.00")]),
]


def test_after_an_undo_the_order_is_what_its_shop_says_now(ada, lamp):
    for before, meanwhile, expected in SAID:
        order = make_order(ada, {"LAMP": 1})
        key = {"seller": order.seller, "channel": order.channel, "reference": order.reference}
        ShopOrder.objects.create(order=order, payment="paid", **key)
        for say in before:
            say(order)
        cancel_order(order, actor=ada.owner)
        for say in meanwhile:
            say(order)
        undo_cancellation(order, actor=ada.owner)
        assert holds(order) == expected
        # Whoever cancels and undoes once more finds the same.
        cancel_order(Order.objects.get(pk=order.pk), actor=ada.owner)
        undo_cancellation(order, actor=ada.owner)
        assert holds(order) == expected
