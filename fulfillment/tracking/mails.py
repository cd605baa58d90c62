"""Mails that a customer asks for on the tracking pages: a code of the second level."""

from datetime import timedelta

from django.utils import timezone

from fulfillment.tracking.wording import acts_in
from orders.accounts.mailing import Letter
from orders.keys import CODE_VALID_FOR, one_time_code
from orders.models import AccountMail, Order


def order_code(row: AccountMail) -> Letter | None:
    """The code of a browser, to the address that the order has now; None once it is too late."""
    if timezone.now() - row.created_at >= timedelta(seconds=CODE_VALID_FOR):
        return None
    order = Order.objects.select_related("seller").filter(pk=row.facts["order"]).first()
    if order is None or not order.email:
        return None
    say = acts_in(order.language)
    facts = {
        "code": one_time_code(order.pk, row.facts["nonce"]),
        "order": order.number,
        "seller": order.seller.name,
    }
    subject, body = say.code_subject.format(**facts), say.code_body.format(**facts)
    return Letter(order.email, subject, body)
