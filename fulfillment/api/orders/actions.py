"""`POST /api/v1/orders/<id>/<action>/`: cancel, hold, release, address; answers the order."""

from collections.abc import Sequence
from datetime import UTC
from typing import Annotated, Any, ClassVar, Protocol
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.decoding import Shape
from fulfillment.api.errors import NotThere
from fulfillment.api.idempotency import KEY_HEADER, OFFERED, act_once
from fulfillment.api.operations import Operation, answer
from fulfillment.api.orders.described import Order, describe_order, orders_to_describe
from fulfillment.api.orders.shapes import Address, PlacedAt, Quantity, country_needed
from fulfillment.api.rows import ApiView
from orders.access import Scope, Viewer
from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError, InvalidInput
from orders.lifecycle.address import PostalAddress, enter_address
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.changes import LONGEST_REASON
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Hold
from orders.models import Order as OrderRow
from orders.values.counts import MOST_LINES
from orders.values.moments import moment
from orders.values.problems import Problems
from orders.values.texts import lines, one_line

TAG = "Orders"
LONGEST_DETAIL = 250
REFUSALS = (400, 404, 409, 422)
NEEDED_WITHOUT_KEY = "is required without an Idempotency-Key: a repeat would act once more"


class UnitsToCancel(msgspec.Struct, forbid_unknown_fields=True):
    """Units of a line of the order, which is named by its id."""

    line: UUID
    quantity: Quantity


class LineQuantity(Protocol):
    """Units of a line of the order."""

    line: UUID
    quantity: int


class Cancellation(msgspec.Struct, forbid_unknown_fields=True):
    """What to cancel: these units, or everything that has not shipped where `lines` is left out."""

    lines: Annotated[list[UnitsToCancel], Meta(min_length=1, max_length=MOST_LINES)] | None = None


class Undo(msgspec.Struct, forbid_unknown_fields=True):
    """Which cancellation to undo, and why."""

    cancellation: Annotated[
        UUID | None,
        Meta(
            description="The id of its event; left out, under an Idempotency-Key: the last one "
            "that is not undone."
        ),
    ] = None
    reason: Annotated[str, Meta(max_length=LONGEST_REASON, description="For your people.")] = ""


class NewHold(msgspec.Struct, forbid_unknown_fields=True):
    """Why the order has to wait."""

    detail: Annotated[str, Meta(max_length=LONGEST_DETAIL, description="For your people.")] = ""
    until: Annotated[
        PlacedAt | None, Meta(description="When it ends by itself; within a year.")
    ] = None


class HoldToRelease(msgspec.Struct, forbid_unknown_fields=True):
    """Which hold to release."""

    hold: Annotated[
        UUID | None, Meta(description="Its id; needed where more than one is open.")
    ] = None


class OrderAction(ApiView):
    """An action on one order, once under its idempotency key, if it has one."""

    tag = TAG
    scopes = {"POST": Scope.ORDERS}
    shape: ClassVar[Shape[Any]]
    # Fields of which one names what is meant, so that a repeat does not act on the next thing.
    names: ClassVar[tuple[str, ...]] = ()

    def act(self, order: OrderRow, given: Any) -> None:
        """Do it. Raises DomainError with the reason why not."""
        raise NotImplementedError

    def post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        viewer = request._request.viewer
        order = _rows(viewer).filter(pk=id).first()
        if order is None:
            raise NotThere("order")

        def act() -> None:
            given, _ = self.shape.read(request._request.body.strip() or b"{}")
            self._refuse_nameless(request, given)
            self.act(order, given)

        if refusal := act_once(request, act):
            return refusal
        return answer(describe_order(orders_to_describe(viewer).get(pk=id)))

    def _refuse_nameless(self, request: ApiRequest, given: Any) -> None:
        """Raise InvalidInput where a repeat of this request could not be told from a new one."""
        is_named = not self.names or any(getattr(given, name) for name in self.names)
        if not is_named and KEY_HEADER not in request.META:
            raise InvalidInput([(self.names[0], NEEDED_WITHOUT_KEY)])


class CancelOrder(OrderAction):
    """Cancel units of lines, or all that has not shipped."""

    shape = Shape(Cancellation)
    operations = {
        "POST": Operation(
            "cancelOrder",
            "Cancel an order, or units of it",
            {200: Order},
            REFUSALS,
            "Without `lines` every unit that has not shipped. Refused while units are picked: they "
            "have to be put back first.",
            body=Cancellation,
            headers=(OFFERED,),
            examples={
                "Everything": {},
                "Two units of a line": {
                    "lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25a", "quantity": 2}]
                },
            },
        )
    }

    def act(self, order: OrderRow, given: Cancellation) -> None:
        if given.lines is None:
            cancel_order(order, actor=None)
            return
        cancel_units(order, units_of_lines(order, given.lines), actor=None)


class UncancelOrder(OrderAction):
    """Undo a cancellation: its units are wanted again."""

    shape, names = Shape(Undo), ("cancellation",)
    operations = {
        "POST": Operation(
            "uncancelOrder",
            "Undo a cancellation",
            {200: Order},
            REFUSALS,
            "The units are wanted again, and holds that ended with the cancellation are open "
            "again. Refused once the shop was told of it, where the shop itself has cancelled, and "
            "after 30 days. The customer is told, if the cancellation was.",
            body=Undo,
            headers=(OFFERED,),
            examples={
                "This one": {
                    "cancellation": "01a22354-0f7a-7967-9c10-6d34dc8df25a",
                    "reason": "Grace wants it after all.",
                },
                "The last one, under an Idempotency-Key": {},
            },
        )
    }

    def act(self, order: OrderRow, given: Undo) -> None:
        undo_cancellation(order, cancellation=given.cancellation, actor=None, reason=given.reason)


class HoldOrder(OrderAction):
    """Put an order on hold."""

    shape = Shape(NewHold)
    operations = {
        "POST": Operation(
            "holdOrder",
            "Put an order on hold",
            {200: Order},
            REFUSALS,
            "Nothing of it is picked or handed over until the hold is released. If that is after "
            "the promised day, the customer is told that the date no longer holds.",
            body=NewHold,
            headers=(OFFERED,),
            examples={"A reason": {"detail": "The customer asked to wait."}},
        )
    }

    def act(self, order: OrderRow, given: NewHold) -> None:
        detail = one_line(given.detail)
        until = moment(given.until, zone=UTC) if given.until else None
        hold_order(order, reason=Hold.Reason.SELLER, detail=detail, until=until, actor=None)


class ReleaseOrder(OrderAction):
    """Release a hold of an order."""

    shape = Shape(HoldToRelease)
    operations = {
        "POST": Operation(
            "releaseOrder",
            "Release a hold",
            {200: Order},
            REFUSALS,
            "`hold` names one of the order's `holds`; it may be left out where only one is open.",
            body=HoldToRelease,
            headers=(OFFERED,),
        )
    }

    def act(self, order: OrderRow, given: HoldToRelease) -> None:
        release_hold(_hold_of(order, given.hold), actor=None)


class AddressOrder(OrderAction):
    """Enter the address of an order; releases a hold that waited for it."""

    shape = Shape(Address, {"country": country_needed})
    operations = {
        "POST": Operation(
            "addressOrder",
            "Enter the address",
            {200: Order},
            REFUSALS,
            "Releases the hold of a missing address. Refused once a box has a label. An empty "
            "`name` leaves the customer's.",
            body=Address,
            headers=(OFFERED,),
            examples={
                "An address": {
                    "name": "Grace Hopper",
                    "street": "Unter den Linden 1",
                    "postcode": "10117",
                    "city": "Berlin",
                    "country": "DE",
                }
            },
        )
    }

    def act(self, order: OrderRow, given: Address) -> None:
        enter_address(order, address=_postal(given, order), actor=None)


def _rows(viewer: Viewer) -> QuerySet[Any]:
    return OrderRow.objects.visible_to(viewer).select_related("seller__warehouse")


def _hold_of(order: OrderRow, id: UUID | None) -> Hold:
    """The open hold with this id, or the only one. Raises DomainError."""
    holds = list(order.holds.filter(released_at__isnull=True).order_by("opened_at", "pk"))
    if id:
        found = next((hold for hold in holds if hold.pk == id), None)
        if found is None:
            raise InvalidInput([("hold", f"expected the id of an open hold of order {order}")])
        return found
    if not holds:
        raise DomainError(f"Order {order} is not on hold.")
    if len(holds) > 1:
        raise InvalidInput([("hold", f"is required: order {order} has {len(holds)} open holds")])
    return holds[0]


def units_of_lines(order: OrderRow, wanted: Sequence[LineQuantity]) -> dict[UUID, int]:
    """{line id: units}. Raises InvalidInput for lines of other orders or named twice."""
    problems, units = Problems(), dict[UUID, int]()
    known = set(order.lines.values_list("pk", flat=True))
    for index, part in enumerate(wanted):
        if part.line not in known:
            problems.add(f"lines[{index}].line", f"expected the id of a line of order {order}")
        elif part.line in units:
            problems.add(f"lines[{index}].line", "is given twice")
        units[part.line] = part.quantity
    problems.refuse()
    return units


def _postal(given: Address, order: OrderRow) -> PostalAddress:
    """The address as the intake keeps it. Raises InvalidInput where nothing can be read of it."""
    address = PostalAddress(
        customer_name=one_line(given.name) or order.customer_name,
        street=lines(given.street),
        postcode=one_line(given.postcode),
        city=one_line(given.city),
        country=country_needed(given.country),
        company=one_line(given.company),
        region=one_line(given.region),
    )
    if missing := [name for name in ("street", "city") if not getattr(address, name)]:
        raise InvalidInput([(name, "is empty") for name in missing])
    return address
