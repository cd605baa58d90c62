"""Erase a customer from orders that are over: names and addresses go, books and history stay."""

import json
import re
from collections.abc import Sequence
from urllib.parse import unquote_plus
from uuid import UUID

from django.db import transaction
from django.db.models import (
    BinaryField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import token_hash, tracking_tokens
from orders.lifecycle.erased_files import erase_from_files
from orders.lifecycle.transitions import lock_orders
from orders.models import (
    Call,
    DeadLetter,
    Discrepancy,
    Event,
    Hold,
    IdempotencyKey,
    LabelRequest,
    Order,
    OrderChange,
    OrderView,
    Package,
    Problem,
    ProblemPhoto,
    Refund,
    Repair,
    Return,
    ReturnLabel,
    Seller,
    User,
    Wish,
)
from orders.states import REPAIR_TO_SEND, OrderStatus, ReturnStatus
from orders.values.contacts import mailable
from orders.words import say
from orders.words.writing import with_commas

OVER = (
    OrderStatus.DELIVERED,
    OrderStatus.UNDELIVERED,
    OrderStatus.REPLACED,
    OrderStatus.PARTLY_RETURNED,
    OrderStatus.RETURNED,
    OrderStatus.CANCELLED,
    OrderStatus.NOTHING_TO_SHIP,
)
RETURN_OVER = (ReturnStatus.CLOSED, ReturnStatus.REFUSED, ReturnStatus.CANCELLED)
# Country, zone and language stay: they are of no person, and reports count by them.
PERSONAL = (
    "customer_name", "buyer_name", "email", "phone", "company", "street", "postcode", "city",
    "region", "note",
)  # fmt: skip
# What a refusal of the API may quote of them, and what is no word of everybody's.
QUOTED = ("customer_name", "buyer_name", "email", "phone", "street")
REFUSED = 400
ONE_WORD = re.compile(r"[^\W\d]+")  # as a first name, or a country: of many people, or of none


def orders_of_person(
    seller: Seller, *, email: str = "", phone: str = "", number: str = ""
) -> QuerySet[Order]:
    """The orders of a seller with this address, phone number or order number.

    What is no address, like "n/a", is of no one person.
    """
    wanted = Q()
    email = email if mailable(email) else ""
    for field, text in {"email__iexact": email, "phone": phone, "number": number}.items():
        if text:
            wanted |= Q(**{field: text})
    orders = Order.objects.filter(seller=seller)
    return orders.filter(wanted) if wanted else orders.none()


@transaction.atomic(savepoint=False)
def erase_orders(orders: Sequence[Order], *, actor: User | None) -> None:
    """Erase the customer of these orders. Raises DomainError while one still needs the address."""
    ids = [order.pk for order in orders]
    lock_orders(ids)
    rows = list(Order.objects.filter(pk__in=ids).order_by("pk"))
    refuse_open(rows)
    seller_ids = {row.seller_id for row in rows}
    contacts = {row.pk: (row.email, row.phone) for row in rows}
    said = {text for row in rows for field in QUOTED if (text := getattr(row, field))}
    for order in rows:
        for field in PERSONAL:
            setattr(order, field, "")
        order.tags = []
        # Whoever has the link sees the order no longer.
        order.token_revision += 1
        token = tracking_tokens(order.pk, order.token_revision)[0]
        order.tracking_hash = token_hash(token)
    Order.objects.bulk_update(rows, [*PERSONAL, "tags", "token_revision", "tracking_hash"])
    Package.objects.filter(order__in=ids).update(received_by="")
    LabelRequest.objects.filter(package__order__in=ids).update(file=b"", reason="")
    _erase_words(ids)
    Hold.objects.filter(order__in=ids).exclude(reason=Hold.Reason.UNKNOWN_SKU).update(detail="")
    # A call that is being worked off waits for these orders: it empties itself.
    calls = Call.objects.filter(order__in=ids).select_for_update(skip_locked=True)
    read = list(calls.values_list("pk", flat=True))
    Call.objects.filter(pk__in=read).update(body=b"", problems=[])
    OrderChange.objects.filter(order__in=ids).update(before="", after="")
    DeadLetter.objects.filter(order__in=ids).update(error="Erased.")
    _erase_answers(ids, seller_ids)
    _erase_refusals(seller_ids, said)
    addresses = {text for row in rows for text in contacts[row.pk] if text}
    _erase_calls(seller_ids, addresses)
    erase_from_files(ids, seller_ids, addresses)
    _erase_views(seller_ids, said)
    record([Event.of(order, "erased", actor=actor) for order in rows])


def _erase_words(ids: Sequence[UUID]) -> None:
    """Blank what customers wrote on the tracking page, and labels of theirs; delete the photos."""
    Return.objects.filter(order__in=ids).update(comment="", words="")
    ReturnLabel.objects.filter(order_return__order__in=ids).update(file=b"", reason="", code="")
    Refund.objects.filter(order__in=ids).update(credit_code="")
    Wish.objects.filter(order__in=ids).update(text="")
    Problem.objects.filter(order__in=ids).update(words="", answer_words="")
    Discrepancy.objects.filter(order__in=ids).update(code="")
    ProblemPhoto.objects.filter(Q(problem__order__in=ids) | Q(order_return__order__in=ids)).delete()


def _erase_answers(ids: Sequence[UUID], seller_ids: set[UUID]) -> None:
    """Delete kept answers about these orders."""
    answers = IdempotencyKey.objects.filter(seller__in=seller_ids)
    answers.filter(answer__id__in=[str(order_id) for order_id in ids]).delete()


def _erase_views(seller_ids: set[UUID], said: set[str]) -> None:
    """Delete saved views that are named after the person, or filter for them."""
    texts = [re.escape(text) for text in said if not ONE_WORD.fullmatch(text)]
    if not texts:
        return
    named = re.compile(rf"(?<!\w)({'|'.join(texts)})(?!\w)", re.IGNORECASE)
    views = OrderView.objects.filter(seller__in=seller_ids).values_list("pk", "name", "query")
    found = [pk for pk, name, query in views if named.search(f"{name} {unquote_plus(query)}")]
    OrderView.objects.filter(pk__in=found).delete()


def _erase_refusals(seller_ids: set[UUID], said: set[str]) -> None:
    """Blank kept answers to refused requests that quote a customer; their keys stay taken."""
    quoting = Q()
    for text in said:
        # As JSON writes it, without the quotes around it.
        quoting |= Q(text__icontains=json.dumps(text, ensure_ascii=False)[1:-1])
    refused = IdempotencyKey.objects.filter(seller__in=seller_ids, status__gte=REFUSED)
    if said:
        of_person = refused.annotate(text=Cast("answer", TextField())).filter(quoting)
        of_person.update(answer={"errors": [{"field": "", "problem": "Erased."}]})


def _erase_calls(seller_ids: set[UUID], said: set[str]) -> None:
    """Empty the calls that were not understood and hold an address or number of a customer."""
    loose = Call.objects.filter(
        seller__in=seller_ids,
        order__isnull=True,
        state__in=(Call.State.REFUSED, Call.State.DISMISSED),
    )
    for written in {form for text in said for form in (f'"{text}"', json.dumps(text))}:
        place = Func(
            Value(written.encode(), BinaryField()),
            F("body"),
            template="position(%(expressions)s)",
            arg_joiner=" IN ",
            output_field=IntegerField(),
        )
        loose.annotate(place=place).filter(place__gt=0).update(body=b"", problems=[])


def refuse_open(orders: Sequence[Order]) -> None:
    returns = Return.objects.filter(order__in=orders).exclude(status__in=RETURN_OVER)
    coming_back = set(returns.values_list("order_id", flat=True))
    going_back = Repair.objects.filter(order__in=orders, status__in=REPAIR_TO_SEND)
    coming_back |= set(going_back.values_list("order_id", flat=True))
    unfinished = [row for row in orders if row.status not in OVER or row.pk in coming_back]
    if unfinished:
        raise DomainError(
            say(
                "Still open: {names}. Deliver or cancel them first; nothing was erased.",
                names=with_commas(str(order) for order in unfinished[:10]),
            )
        )


def is_erased(order: Order) -> bool:
    """Whether the customer of an order was erased."""
    is_empty = not any(getattr(order, field) for field in PERSONAL)
    return is_empty and Event.objects.filter(order=order, kind="order.erased").exists()
