"""The checklist of a new seller, which its people can put away."""

from django.db import transaction
from django.utils import timezone

from orders.models import Seller


@transaction.atomic(savepoint=False)
def put_away_checklist(seller: Seller) -> Seller:
    """Show the checklist no more, to nobody of the seller; again is no error."""
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    if seller.checklist_away_at is None:
        seller.checklist_away_at = timezone.now()
        seller.save(update_fields=["checklist_away_at"])
    return seller
