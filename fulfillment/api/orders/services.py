"""`/api/v1/services/`: how a seller's parcels travel, where to, and in how many days."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from msgspec import UNSET, Meta, UnsetType

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.decoding import Shape
from fulfillment.api.idempotency import OFFERED, make_once
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from orders.access import Scope, Viewer
from orders.errors import DomainError
from orders.models import Seller
from orders.models import Service as ServiceRow
from orders.models.carriers import MOST_TRANSIT_DAYS, SERVICE_NAME
from orders.services.editing import (
    FIELDS,
    MOST_DESTINATIONS,
    MOST_POSTCODES,
    add_service,
    delete_service,
    place_service,
    switch_service,
    write_service,
)
from orders.values.counts import MOST_GRAMS, MOST_LINES, MOST_MONEY, MOST_UNITS
from orders.values.postcodes import POSTCODES

TAG = "Orders"
COUNTRY = "Two letters; `EU`: the rest of the European Union, `*`: the rest."
PARTS = "Beginnings or ranges, like 20 or 10000-14999; empty: all."
TIME = "Local time of the warehouse, like 14:30; null: its usual."
Days = Annotated[int, Meta(ge=0, le=MOST_TRANSIT_DAYS)]
Name = Annotated[str, Meta(min_length=1, max_length=SERVICE_NAME)]
Grams = Annotated[int, Meta(ge=1, le=MOST_GRAMS)]
Units = Annotated[int, Meta(ge=1, le=MOST_UNITS * MOST_LINES)]
Money = Annotated[int, Meta(ge=0, le=MOST_MONEY, description="In minor units of the currency.")]


class Destination(msgspec.Struct):
    """Where a service goes. The most specific one decides about an address."""

    country: Annotated[str, Meta(description=COUNTRY)]
    postcodes: Annotated[list[str], Meta(description=PARTS)]
    is_served: bool
    days_min: Annotated[int, Meta(description="Days of transit; 0 where it is not served.")]
    days_max: int


class Service(msgspec.Struct):
    """A service; a limit that is null is none."""

    id: UUID
    name: str
    position: Annotated[int, Meta(description="Lower goes first.")]
    is_active: bool
    carrier: Annotated[str, Meta(description="A code; empty: chosen when it is packed.")]
    days: Annotated[str, Meta(description="weekdays, saturdays or all.")]
    cut_off: Annotated[str | None, Meta(description=TIME)]
    most_grams: int | None
    most_units: int | None
    most_value: Annotated[int | None, Meta(description="In minor units of the currency.")]
    currency: str
    destinations: list[Destination]
    created_at: Moment


class ServicePage(msgspec.Struct):
    """A page of services, the newest first; they are asked by `position`."""

    services: list[Service]
    next: Next


class NewDestination(msgspec.Struct, forbid_unknown_fields=True):
    """Where a service goes, or, where `is_served` is false, does not."""

    country: Annotated[str, Meta(max_length=2, description=COUNTRY)]
    days_min: Days | None = None
    days_max: Days | None = None
    is_served: bool = True
    postcodes: Annotated[
        list[Annotated[str, Meta(max_length=POSTCODES)]],
        Meta(max_length=MOST_POSTCODES, description=PARTS),
    ] = []


Goals = Annotated[list[NewDestination], Meta(min_length=1, max_length=MOST_DESTINATIONS)]


class NewService(msgspec.Struct, forbid_unknown_fields=True):
    """A service as `POST /api/v1/services/` takes it; it goes behind the others."""

    name: Name
    destinations: Goals
    carrier: Annotated[str, Meta(max_length=20)] = ""
    days: ServiceRow.Days = ServiceRow.Days.WEEKDAYS
    cut_off: Annotated[str, Meta(max_length=5, description=TIME)] | None = None
    most_grams: Grams | None = None
    most_units: Units | None = None
    most_value: Money | None = None
    currency: Annotated[str, Meta(max_length=3)] = ""


class ServiceChange(msgspec.Struct, forbid_unknown_fields=True):
    """What `PATCH` takes: what is left out stays; `destinations` takes the place of all."""

    name: Name | UnsetType = UNSET
    destinations: Goals | UnsetType = UNSET
    carrier: Annotated[str, Meta(max_length=20)] | UnsetType = UNSET
    days: ServiceRow.Days | UnsetType = UNSET
    cut_off: Annotated[str, Meta(max_length=5, description=TIME)] | UnsetType | None = UNSET
    most_grams: Grams | UnsetType | None = UNSET
    most_units: Units | UnsetType | None = UNSET
    most_value: Money | UnsetType | None = UNSET
    currency: Annotated[str, Meta(max_length=3)] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    position: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET


NEW, CHANGE = Shape(NewService), Shape(ServiceChange)
REFUSALS = (400, 409, 413, 422)
EXAMPLE = {
    "name": "Parcel", "carrier": "own", "cut_off": "14:30", "most_grams": 31500,
    "destinations": [
        {"country": "DE", "days_min": 1, "days_max": 2},
        {"country": "DE", "postcodes": ["25859", "27498"], "is_served": False},
    ],
}  # fmt: skip


class ServiceList(RowList):
    """`GET`: a page of services; `POST`: add one."""

    tag = TAG
    scopes = {"GET": Scope.READ, "POST": Scope.SERVICES}
    operations = {
        "GET": Operation(
            "listServices",
            "List services",
            {200: ServicePage},
            text="A new order gets the first that goes to its address and takes its goods; what "
            "none takes waits on hold (`no_service`). Until the first one is added or changed, own "
            "couriers go to the country of the warehouse, and the list is empty; once all are "
            "deleted, every new order waits.",
            query=Query,
        ),
        "POST": Operation(
            "addService",
            "Add a service",
            {201: Service},
            REFUSALS,
            "It goes behind the others, and holds for orders that come or wait from now on. With "
            "the first one, the service that every seller begins with becomes a row before it. A "
            "repeat under its key answers with the service as it is then, or 409 once it was "
            "deleted.",
            body=NewService,
            headers=(OFFERED,),
            examples={"In a country without its islands": EXAMPLE},
        ),
    }

    def select(self, viewer: Viewer, wanted: Query) -> QuerySet[Any]:
        return _rows(viewer)

    def describe(self, row: ServiceRow) -> Service:
        return _describe(row)

    def post(self, request: ApiRequest) -> HttpResponse:
        given, _ = NEW.read(request._request.body)
        viewer = request._request.viewer
        seller = Seller.objects.visible_to(viewer).get(pk=request.auth.seller.pk)
        fields, goals = _fields(given), _goals(given.destinations)
        made = make_once(request, lambda: add_service(seller, fields, goals, actor=None).pk)
        if isinstance(made, HttpResponse):
            return made
        row = _rows(viewer).filter(seller=seller, pk=made).first() if made else None
        if row is None:
            raise DomainError("The service that this request added was deleted since.")
        return answer(_describe(row), 201)


class ServiceDetail(RowDetail):
    """`GET`: a service; `PATCH`: change, switch or move it; `DELETE`: delete it."""

    tag, what = TAG, "service"
    scopes = {"GET": Scope.READ, "PATCH": Scope.SERVICES, "DELETE": Scope.SERVICES}
    operations = {
        "GET": Operation("getService", "Read a service", {200: Service}, (404,)),
        "PATCH": Operation(
            "changeService",
            "Change a service",
            {200: Service},
            (*REFUSALS, 404),
            "What is left out stays as it is, and what was promised stays promised. `position` "
            "moves it among the others.",
            body=ServiceChange,
            examples={
                "Other days": {"destinations": EXAMPLE["destinations"]},
                "Switched off": {"is_active": False},
                "Asked first": {"position": 1},
            },
        ),
        "DELETE": Operation(
            "deleteService",
            "Delete a service",
            {200: Service},
            (404, 409),
            "Orders that it was promised for keep it.",
        ),
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _rows(viewer)

    def describe(self, row: ServiceRow) -> Service:
        return _describe(row)

    def patch(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        given, _ = CHANGE.read(request._request.body)
        with transaction.atomic():
            _change(row, given)
        return answer(_describe(self.find(request, id)))

    def delete(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        told = _describe(row)
        delete_service(row, actor=None)
        return answer(told)


def _change(row: ServiceRow, given: ServiceChange) -> None:
    fields = _fields(given)
    goals = None if isinstance(given.destinations, UnsetType) else _goals(given.destinations)
    if fields or goals is not None:
        write_service(row, fields, goals, actor=None)
    if not isinstance(given.is_active, UnsetType):
        switch_service(row, is_active=given.is_active, actor=None)
    if not isinstance(given.position, UnsetType):
        place_service(row, position=given.position, actor=None)


def _fields(given: NewService | ServiceChange) -> dict[str, Any]:
    found = {name: getattr(given, name) for name in FIELDS}
    return {name: value for name, value in found.items() if value is not UNSET}


def _goals(given: list[NewDestination]) -> list[dict[str, Any]]:
    return [msgspec.structs.asdict(goal) for goal in given]


def _rows(viewer: Viewer) -> QuerySet[ServiceRow]:
    rows = ServiceRow.objects.visible_to(viewer).filter(deleted_at__isnull=True)
    return rows.select_related("seller__warehouse").prefetch_related("destinations")


def _describe(row: ServiceRow) -> Service:
    goals = [Destination(**columns_of(Destination, goal)) for goal in row.destinations.all()]
    shown: Any = row
    shown.cut_off = row.cut_off.strftime("%H:%M") if row.cut_off else None
    given = [name for name in Service.__struct_fields__ if name != "destinations"]
    return Service(destinations=goals, **{name: getattr(shown, name) for name in given})
