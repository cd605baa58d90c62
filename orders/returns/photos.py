"""Photos that customers send of problems and returns: how many are kept of an order."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from orders.errors import Refusal
from orders.keys import first_id
from orders.models import Problem, ProblemPhoto, Return

MOST_PHOTOS = 3  # of one problem or return
MOST_OF_ORDER_A_DAY = 15
MOST_OF_ORDER = 30
ONE_DAY = timedelta(days=1)

Drawn = tuple[bytes, tuple[int, int]]  # a photo as we drew it again, and its size


def keep_photos(of: Problem | Return, drawn: Iterable[Drawn]) -> None:
    """Keep the photos of a problem or a return, whose order is locked.

    Raises Refusal where so many are kept of the order: a link must not fill the disk.
    """
    is_problem = isinstance(of, Problem)
    rows = [
        ProblemPhoto(
            seller_id=of.seller_id,
            problem_id=of.pk if is_problem else None,
            order_return_id=None if is_problem else of.pk,
            image=image,
            width=width,
            height=height,
        )
        for image, (width, height) in drawn
    ]
    if rows:
        _refuse_many(of.order_id, len(rows))
        ProblemPhoto.objects.bulk_create(rows)


def _refuse_many(order_id: UUID, more: int) -> None:
    kept = ProblemPhoto.objects.filter(Q(problem__order=order_id) | Q(order_return__order=order_id))
    today = kept.filter(pk__gte=first_id(timezone.now() - ONE_DAY)).count()
    if today + more > MOST_OF_ORDER_A_DAY or kept.count() + more > MOST_OF_ORDER:
        raise Refusal("enough_photos", "No more photos are taken for this order now.")
