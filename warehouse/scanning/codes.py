"""Look up a scanned code in this warehouse: rows that it names, and tasks that it opens."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from orders.access import Role
from orders.errors import DomainError, WrongScan
from orders.lifecycle.holds import IS_HELD
from orders.lifecycle.labelling import open_hold, unwanted
from orders.models import Hold, Order, Package, Product, Return, ReturnLabel, Shipment
from orders.prepared import PreparedQuery, is_among, is_among_some, parameter
from orders.states import PackageStatus, ReturnStatus, ShipmentStatus
from orders.words import predicate, say, say_later, state
from warehouse.models import Cart, Inbound, Location, PickList, PutWall, Stock
from warehouse.scanning.cases import units_of
from warehouse.scanning.gtins import plain_code, readings_of
from warehouse.scanning.in_totes import IN_TOTE, IS_LAST_IN_TOTE, IS_UNSORTED, holds_a_batch
from warehouse.scanning.looks import looks_of
from warehouse.scanning.screens import EVERYBODY, PACKERS, PICKERS, FloorRequest
from warehouse.states import INBOUND_OPEN, InboundStatus, PickListStatus

ANYTHING = say_later(
    "an order, a tote, a parcel, a location, a product, a return or an inbound of this warehouse"
)
# In the warehouse `$1`, which is the viewer's, with one of the codes `$2`.
LOCATION = PreparedQuery(
    lambda: Location.objects.filter(
        is_among_some("warehouse_location.code", 2, "text"), warehouse=parameter(1)
    ).order_by("pk")[:1]
)
PACKAGES = PreparedQuery(
    lambda: (
        Package.objects.filter(
            is_among("orders_package.tracking_number", 2, "text"),
            inside__isnull=True,
            seller__houses__warehouse=parameter(1),
            shipment__warehouse=parameter(1),
        )
        .select_related("shipment")
        .order_by("pk")
    )
)
TO_PICK = (ShipmentStatus.RELEASED, ShipmentStatus.PICKING)
TO_PACK = (ShipmentStatus.PICKED, ShipmentStatus.PACKED)
TO_INSPECT = (ReturnStatus.APPROVED, ReturnStatus.RECEIVED)
MOST_MATCHES = 20
TO_SORT = say_later("to sort at the put wall")
ASIDE = say_later("set it aside until the seller decides")
UNANNOUNCED = say_later("record its parcel under Returns as one that nobody announced")


class Task(NamedTuple):
    """A screen that a code opens: name and details to show, URL, and the roles that may.

    Without a URL there is nothing to do; `advice` says what to do with the thing in hand.
    """

    name: str
    detail: str
    url: str
    roles: tuple[Role, ...]
    seller: str = ""  # two sellers may have the same number
    advice: str = say_later("nothing left to do here")

    @property
    def refusal(self) -> str:
        """Why the code opens no screen, as a sentence."""
        return say(
            "{name} is {detail}: {advice}.", name=self.name, detail=self.detail, advice=self.advice
        )


def tasks_of(code: str, request: FloorRequest) -> list[Task]:
    """The tasks that a code opens for this worker. Raises DomainError if there is none."""
    tasks = [
        *(_task_of_shipment(shipment, request) for shipment in shipments_of(code, request)),
        *(_task_of_package(package) for package in packages_of(code, request)),
        *(task_of_return(order_return) for order_return in returns_of(code, request)),
        *(_task_of_inbound(inbound) for inbound in inbounds_of(code, request)),
        *_tasks_of_carts(code, request),
        *_tasks_of_walls(code, request),
        *_tasks_of_goods(code, request),
    ]
    if not tasks:
        looks = looks_of(code)
        raise DomainError(f"{code} {looks}.") if looks else WrongScan(code, ANYTHING)
    open_tasks = [task for task in tasks if task.url]
    allowed = [task for task in open_tasks if request.viewer.has_role(*task.roles)]
    if open_tasks and not allowed:
        names = f" {say('or a')} ".join(
            say(Role(role).label).lower() for role in open_tasks[0].roles
        )
        raise DomainError(say("{name} is for a {names}.", name=open_tasks[0].name, names=names))
    if not allowed:
        raise DomainError(tasks[0].refusal)
    return allowed


def shipments_of(code: str, request: FloorRequest) -> list[Shipment]:
    """The shipments by their number, their order's number, or their tote."""
    here = Shipment.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    here = here.select_related("order", "seller")
    if place := location_of(code, request):
        return IN_TOTE(request.warehouse.pk, place.pk)
    # Only order numbers are indexed: a shipment number is that, a dash and a counter.
    stems = {stem for text in spellings(code) for stem in (text, text.rpartition("-")[0]) if stem}
    orders = Order.objects.visible_to(request.viewer).filter(
        seller__houses__warehouse=request.warehouse, number__in=stems
    )
    found = list(here.filter(order__in=orders).order_by("-created_at", "pk")[:MOST_MATCHES])
    exact = [shipment for shipment in found if shipment.number in spellings(code)]
    return exact or [row for row in found if row.order.number in spellings(code)]


def shipments_on(code: str, request: FloorRequest) -> list[Shipment]:
    """The first shipment that lies picked in a slot of the cart with this code; none on hold."""
    carts = Cart.objects.visible_to(request.viewer).filter(
        warehouse=request.warehouse, code__in=spellings(code)
    )
    walks = PickList.objects.filter(IS_LAST_IN_TOTE, tote__cart__in=carts)
    here = Shipment.objects.visible_to(request.viewer).filter(
        ~IS_HELD, status=ShipmentStatus.PICKED, pick_lists__in=walks
    )
    here = here.select_related("order", "seller").order_by("pick_lists__tote__walk_position", "pk")
    return list(here[:1])


def walk_to_put_back(code: str, request: FloorRequest) -> PickList | None:
    """The cancelled walk whose units lie in this tote, or were picked for this shipment."""
    walks = PickList.objects.visible_to(request.viewer).filter(
        warehouse=request.warehouse, status=PickListStatus.PUT_BACK
    )
    named = Q(shipment__in=shipments_of(code, request))
    if place := location_of(code, request):
        named |= Q(IS_LAST_IN_TOTE, tote=place) | Q(IS_UNSORTED, batch_tote=place)
    return walks.filter(named).select_related("shipment", "tote", "batch_tote").first()


def batch_in(code: str, request: FloorRequest) -> Location | None:
    """The tote with this code, where units of a batch lie in it that are to be sorted."""
    place = location_of(code, request)
    return place if place and holds_a_batch(place) else None


def packages_of(code: str, request: FloorRequest) -> list[Package]:
    """The package with this tracking number; that of a box, not of what is inside it."""
    return PACKAGES(request.warehouse.pk, list(spellings(code)))


def returns_of(code: str, request: FloorRequest) -> QuerySet[Return]:
    """The return with this RMA number, however it is typed, or this tracking number back."""
    labels = ReturnLabel.objects.filter(tracking_number__in=spellings(code))
    here = Return.objects.visible_to(request.viewer)
    here = here.filter(seller__houses__warehouse=request.warehouse)
    numbers = {*spellings(code), f"R-{code.upper().removeprefix('R').strip(' -')}"}
    return here.filter(Q(number__in=numbers) | Q(pk__in=labels.values("order_return")))


def inbounds_of(code: str, request: FloorRequest) -> list[Inbound]:
    """The inbounds with this number, or with this reference of their seller."""
    here = Inbound.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    here = here.select_related("seller").order_by("-announced_at", "pk")
    numbered = list(here.filter(number__in=spellings(code)))
    named = here.exclude(status=InboundStatus.CANCELLED)
    named = named.filter(seller__houses__warehouse=request.warehouse, reference=code)
    return numbered or list(named[:MOST_MATCHES])


def location_of(code: str, request: FloorRequest) -> Location | None:
    """The location in this warehouse with this code, or None."""
    return LOCATION.first(request.warehouse.pk, list(spellings(code)))


def products_of(code: str, request: FloorRequest) -> list[Product]:
    """The products with this SKU or barcode; two sellers may use the same one."""
    here = Product.objects.visible_to(request.viewer).filter(
        seller__houses__warehouse=request.warehouse
    )
    here = here.select_related("seller").order_by("seller__name", "sku")
    found = [*here.filter(sku=code), *_with_barcode(code, here)]
    # The case of a typed SKU is ignored, if no product matches exactly.
    return list(dict.fromkeys(found)) or list(here.filter(sku=code.upper()))


def _with_barcode(code: str, here: "QuerySet[Product]") -> list[Product]:
    """The products with this barcode, each as its own seller writes the GTIN."""
    found = here.filter(barcodes__code__in=readings_of(code)).annotate(read=F("barcodes__code"))
    plain: dict[UUID, str] = {}
    for product in found:
        if product.seller_id not in plain:
            plain[product.seller_id] = plain_code(code, product.seller_id)
    return [product for product in found if product.read == plain[product.seller_id]]


def names_goods(code: str, request: FloorRequest) -> bool:
    """Whether the code is only that of a product, or of a location where goods lie."""
    if any(rows_of(code, request) for rows_of in TASKS_ALONE):
        return False
    place = location_of(code, request)
    return place.kind != Location.Kind.TOTE if place else bool(products_of(code, request))


def spellings(code: str) -> set[str]:
    """The spellings of a scanned or typed code to look up: as is, upper case, with a #."""
    return {code, code.upper(), f"#{code}"}


def task_of_return(order_return: Return) -> Task:
    """The inspection of a return, or why there is none."""
    name = say("Return {order_return}", order_return=order_return)
    if order_return.status in TO_INSPECT:
        url = reverse("warehouse_inspect_return", args=[order_return.pk])
        return Task(name, say("to inspect"), url, PICKERS)
    if order_return.status == ReturnStatus.REQUESTED:
        return Task(name, say("not approved yet"), "", EVERYBODY, advice=ASIDE)
    status = predicate(state(order_return))
    if order_return.is_expired:
        return Task(name, status, "", EVERYBODY, advice=UNANNOUNCED)
    return Task(name, status, "", EVERYBODY)


def _task_of_inbound(inbound: Inbound) -> Task:
    name, status = say("Inbound {inbound}", inbound=inbound), predicate(state(inbound))
    is_open = inbound.status in INBOUND_OPEN
    url = reverse("warehouse_inbound", args=[inbound.pk]) if is_open else ""
    return Task(name, say("to receive") if is_open else status, url, EVERYBODY, str(inbound.seller))


def _task_of_shipment(shipment: Shipment, request: FloorRequest) -> Task:
    name, status = say("Shipment {shipment}", shipment=shipment), shipment.status
    seller = str(shipment.seller)
    if status in (*TO_PACK, ShipmentStatus.READY) and (hold := open_hold([shipment])):
        return _task_of_held(shipment, hold, request)
    if status == ShipmentStatus.PICKING and (task := _task_of_begun(shipment, name)):
        return task
    if status in TO_PICK:
        return Task(name, say("to pick"), reverse("warehouse_pick"), PICKERS, seller)
    if status in TO_PACK:
        url = reverse("warehouse_pack_shipment", args=[shipment.pk])
        return Task(name, say("to pack"), url, PACKERS, seller)
    if status == ShipmentStatus.READY:
        return Task(name, say("to hand over"), reverse("warehouse_dispatch"), PACKERS, seller)
    if walk := shipment.pick_lists.filter(status=PickListStatus.PUT_BACK).first():
        return _task_of_walk(walk)
    return Task(name, predicate(state(shipment)), "", EVERYBODY, seller)


def _task_of_begun(shipment: Shipment, name: str) -> Task | None:
    """What is to be sorted at a put wall, or waits in its tote for another zone."""
    seller = str(shipment.seller)
    if walk := shipment.pick_lists.filter(status=PickListStatus.TO_SORT).first():
        url = reverse("warehouse_sort", args=[walk.batch_tote_id])
        return Task(name, TO_SORT, url, EVERYBODY, seller)
    paused = shipment.pick_lists.filter(status=PickListStatus.PAUSED, passed_at__isnull=False)
    if walk := paused.first():
        url = reverse("warehouse_pick_list", args=[walk.pk])
        return Task(name, say("to pick"), url, PICKERS, seller)
    return None


def _task_of_held(shipment: Shipment, hold: Hold, request: FloorRequest) -> Task:
    """What stands on hold: a lead may put it back, others set it aside."""
    units = unwanted(hold)
    detail = say("cancelled by the shop") if units else say("on hold ({hold})", hold=hold)
    advice = (
        say("put back {units}, by a lead", units=units)
        if units
        else say("set it aside until it is released")
    )
    is_lead = request.viewer.has_role(Role.LEAD)
    url = reverse("warehouse_pack_shipment", args=[shipment.pk]) if is_lead else ""
    roles = (Role.LEAD,) if is_lead else EVERYBODY
    return Task(
        say("Shipment {shipment}", shipment=shipment),
        detail,
        url,
        roles,
        str(shipment.seller),
        advice,
    )


def _task_of_walk(walk: PickList) -> Task:
    url = reverse("warehouse_put_back_walk", args=[walk.pk])
    return Task(
        say("Shipment {shipment}", shipment=walk.shipment),
        say("to put back"),
        url,
        EVERYBODY,
        str(walk.shipment.seller),
    )


def _task_of_package(package: Package) -> Task:
    name = say("Parcel {tracking_number}", tracking_number=package.tracking_number)
    if package.status == PackageStatus.RETURNING:
        return Task(name, say("to take back"), reverse("warehouse_undelivered"), (Role.LEAD,))
    if package.status == PackageStatus.ATTEMPT_FAILED:
        return Task(name, say("not delivered"), reverse("warehouse_undelivered"), (Role.LEAD,))
    if stop := package.stops.filter(finished_at__isnull=True).select_related("run").first():
        run = stop.run
        url = reverse("warehouse_run", args=[run.pk])
        return Task(name, say("on the run of {run}", run=run), url, (Role.LEAD,))
    if package.status != PackageStatus.LABELLED:
        return Task(name, predicate(state(package)), "", EVERYBODY)
    if package.shipment.status == ShipmentStatus.READY:
        return Task(name, say("to hand over"), reverse("warehouse_dispatch"), PACKERS)
    url = reverse("warehouse_pack_shipment", args=[package.shipment_id])
    return Task(name, say("to finish packing"), url, PACKERS)


def _tasks_of_carts(code: str, request: FloorRequest) -> Iterator[Task]:
    here = Cart.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    for cart in here.filter(code__in=spellings(code)):
        if cart.retired_at:
            yield Task(
                say("Cart {cart}", cart=cart),
                say("retired"),
                "",
                EVERYBODY,
                advice=say("take another one"),
            )
        else:
            yield Task(
                say("Cart {cart}", cart=cart),
                say("to pick into"),
                reverse("warehouse_pick"),
                PICKERS,
            )
            for shipment in shipments_on(code, request):
                url = reverse("warehouse_pack_shipment", args=[shipment.pk])
                yield Task(say("Cart {cart}", cart=cart), say("to pack"), url, PACKERS)


def _tasks_of_walls(code: str, request: FloorRequest) -> Iterator[Task]:
    here = PutWall.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    for wall in here.filter(code__in=spellings(code)):
        yield Task(say("Put wall {wall}", wall=wall), TO_SORT, reverse("warehouse_wall"), EVERYBODY)
    if tote := batch_in(code, request):
        url = reverse("warehouse_sort", args=[tote.pk])
        yield Task(say("Tote {place}", place=tote), TO_SORT, url, EVERYBODY)


def _tasks_of_goods(code: str, request: FloorRequest) -> Iterator[Task]:
    receive = reverse("warehouse_receive")
    place = location_of(code, request)
    if place and place.kind == Location.Kind.TOTE:
        walk = walk_to_put_back(code, request)
        yield _task_of_walk(walk) if walk else Task(_empty(place), say("empty"), "", EVERYBODY)
    elif place:
        url = f"{receive}?location={place.pk}"
        url = "" if place.closed_at else url
        detail = say("closed for now") if place.closed_at else say("to receive into")
        yield Task(
            say("Location {place}", place=place),
            detail,
            url,
            EVERYBODY,
            advice=say("goods go elsewhere"),
        )
    for product in products_of(code, request):
        yield from _task_to_put_away(product, request)
        case = units_of(code, product.seller_id)
        url = f"{receive}?product={product.pk}" + (f"&counted={case}" if case > 1 else "")
        yield Task(product.title, f"{product.sku}, {product.seller}", url, EVERYBODY)


def _empty(place: Location) -> str:
    if place.wall_id:
        return say("Cell {place}", place=place)
    return say("Slot {place}", place=place) if place.cart_id else say("Tote {place}", place=place)


def _task_to_put_away(product: Product, request: FloorRequest) -> Iterator[Task]:
    """Bring it from where it waits to its place."""
    waits = Stock.objects.visible_to(request.viewer).filter(
        product=product,
        location__warehouse=request.warehouse,
        location__is_staging=True,
        on_hand__gt=F("pinned"),
    )
    if stock := waits.select_related("location").order_by("pk").first():
        url = reverse("warehouse_put_away")
        url = f"{url}?product={product.pk}&source={stock.location_id}"
        yield Task(
            product.title,
            say("to put away from {location}", location=stock.location),
            url,
            EVERYBODY,
        )


# Whatever has such a code is no goods.
TASKS_ALONE = (shipments_of, packages_of, returns_of, inbounds_of)
