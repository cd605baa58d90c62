"""Mails that a customer asks for on the tracking pages: a code, or the link of an order."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from fulfillment.tracking.levels import may_be_mailed
from fulfillment.tracking.queries import find_tracked
from fulfillment.tracking.wording import acts_in
from orders.accounts.mailing import Letter
from orders.keys import CODE_VALID_FOR, one_time_code
from orders.models import AccountMail, Order, Seller
from orders.row_security import reach_of, seeing

MOST_FOUND = 5


def order_code(row: AccountMail) -> Letter | None:
    """The code of a browser, to the address that the order has now; None once it is too late.

    Nobody gets a mail about demo data.
    """
    if timezone.now() - row.created_at >= timedelta(seconds=CODE_VALID_FOR):
        return None
    order = Order.objects.select_related("seller").filter(pk=row.facts["order"]).first()
    if order is None or not may_be_mailed(order):
        return None
    say = acts_in(order.language)
    facts = {
        "code": one_time_code(order.pk, row.facts["nonce"]),
        "order": order.number,
        "seller": order.seller.name,
    }
    subject, body = say.code_subject.format(**facts), say.code_body.format(**facts)
    return Letter(order.email, subject, body)


def order_link(row: AccountMail) -> Letter | None:
    """The links of the orders with this number and address, which is all that is told."""
    bare = row.facts["number"].lstrip("#")
    numbers = {form for text in (bare, f"#{bare}") for form in (text, text.upper(), text.lower())}
    # By each seller, for that is how the index of the numbers begins.
    sellers = list(Seller.objects.filter(demo_of=None).values_list("pk", flat=True))
    orders = Order.objects.filter(
        seller__in=sellers, number__in=numbers, email__iexact=row.email
    ).exclude(email="")
    newest = orders.select_related("seller").order_by("-created_at", "-pk")[:MOST_FOUND]
    found = [order for order in newest if _is_alive(order)]
    if not found:
        return None
    say = acts_in(found[0].language)
    bodies = [
        acts_in(order.language).link_body.format(
            order=order.number,
            seller=order.seller.name,
            link=settings.SITE_URL + reverse("track", args=[order.token]),
        )
        for order in found
    ]
    return Letter(row.email, say.link_subject.format(order=found[0].number), "\n\n".join(bodies))


def _is_alive(order: Order) -> bool:
    """Whether its link still shows anything."""
    with seeing(reach_of(sellers=[order.seller_id])):
        return find_tracked(order.token, timezone.now()) is not None
