"""Photos of problems, and of returns before and after they come: how many are kept."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from orders.errors import DomainError, Refusal
from orders.events.recording import record
from orders.keys import first_id
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Problem, ProblemPhoto, Return, ReturnLine, User
from orders.states import ReturnStatus
from orders.words import predicate, say, state

MOST_PHOTOS = 3  # of one problem or return
MOST_OF_ORDER_A_DAY = 15
MOST_OF_ORDER = 30
ONE_DAY = timedelta(days=1)

# Of a return: the customer may look at photos of what came otherwise than as new.
HAS_PHOTO = Exists(
    ProblemPhoto.objects.filter(
        Q(return_line__grade_b__gt=0) | Q(return_line__grade_c__gt=0), order_return=OuterRef("pk")
    )
)

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


@transaction.atomic(savepoint=False)
def photograph_units(line: ReturnLine, drawn: Drawn, *, actor: User) -> ProblemPhoto:
    """Keep a photo of what came of a line, by who inspects it."""
    current = _received(line)
    if current.photos.count() >= MOST_PHOTOS:
        raise DomainError(
            say(
                "{title}: {most} photos are kept, no more.",
                title=current.line.title,
                most=MOST_PHOTOS,
            )
        )
    image, (width, height) = drawn
    photo = ProblemPhoto.objects.create(
        seller_id=current.seller_id,
        order_return=current.order_return,
        return_line=current,
        image=image,
        width=width,
        height=height,
    )
    record([Event.of(current, "photographed", actor=actor, photo=str(photo.pk))])
    return photo


@transaction.atomic(savepoint=False)
def remove_photo(line: ReturnLine, photo_id: UUID, *, actor: User) -> None:
    """Take a photo of a line back that was taken by mistake. Raises DomainError when too late."""
    current = _received(line)
    if not current.photos.filter(pk=photo_id).delete()[0]:
        raise DomainError(say("This photo is removed already."))
    record([Event.of(current, "photo_removed", actor=actor, photo=str(photo_id))])


def _received(line: ReturnLine) -> ReturnLine:
    """The line, whose order is locked, while its return is inspected. Raises DomainError."""
    lock_orders([line.order_id])
    current = ReturnLine.objects.select_related("order_return", "line").get(pk=line.pk)
    if current.order_return.status != ReturnStatus.RECEIVED:
        present = predicate(state(current.order_return))
        raise DomainError(
            say(
                "Return {order_return} is {present}: it has its photos.",
                order_return=current.order_return,
                present=present,
            )
        )
    return current


def _refuse_many(order_id: UUID, more: int) -> None:
    kept = ProblemPhoto.objects.filter(Q(problem__order=order_id) | Q(order_return__order=order_id))
    kept = kept.filter(return_line=None)  # those of the house count apart
    today = kept.filter(pk__gte=first_id(timezone.now() - ONE_DAY)).count()
    if today + more > MOST_OF_ORDER_A_DAY or kept.count() + more > MOST_OF_ORDER:
        raise Refusal("enough_photos", "No more photos are taken for this order now.")
