"""Views of the order list that sellers keep: a name for filters, of one person or shared."""

from django.db import transaction
from django.db.models import Q

from orders.errors import DomainError
from orders.models import OrderView, Seller, User
from orders.values.texts import one_line
from orders.words import say

MOST_VIEWS = 12  # each is a tab with a count


@transaction.atomic(savepoint=False)
def save_view(seller: Seller, *, name: str, query: str, is_shared: bool, actor: User) -> OrderView:
    """Keep filters under a name; the same name again is the same view, with other filters."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    owner = None if is_shared else actor
    name = one_line(name)
    present = OrderView.objects.filter(Q(owner=actor) | Q(owner__isnull=True), seller=seller)
    if row := present.filter(owner=owner, name__iexact=name).first():
        row.name, row.query = name, query
        row.save(update_fields=["name", "query"])
        return row
    if present.count() >= MOST_VIEWS:
        raise DomainError(say("There are {most} views: delete one first.", most=MOST_VIEWS))
    return OrderView.objects.create(seller=seller, owner=owner, name=name, query=query)
