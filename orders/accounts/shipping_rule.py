"""A seller's rule for new orders of which only a part is in stock."""

from django.db import transaction

from orders.events.recording import record
from orders.models import Event, Seller, User
from orders.states import ShippingRule


@transaction.atomic(savepoint=False)
def set_shipping_rule(seller: Seller, rule: ShippingRule, *, actor: User | None) -> Seller:
    """Ship orders that come from now on by this rule; those that are here keep theirs."""
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    if seller.ships_as != rule:
        before, seller.ships_as = seller.ships_as, rule
        seller.save(update_fields=["ships_as"])
        event = Event(
            seller=seller,
            kind="seller.shipping_rule_changed",
            subject_id=seller.pk,
            actor=actor,
            data={"before": before, "after": rule.value},
        )
        record([event])
    return seller
