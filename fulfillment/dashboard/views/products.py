"""Products of a seller: the list, one product, and what a person changes of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.dashboard.edit_forms import OUTDATED, decide
from fulfillment.dashboard.product_forms import (
    AliasForm,
    BarcodeForm,
    PartForm,
    PictureForm,
    ProductForm,
    amount_of,
)
from fulfillment.dashboard.queries.orders.page import catalogue
from fulfillment.dashboard.queries.products import (
    ACTIVE,
    ARCHIVED,
    product_list,
    product_page,
    product_rows,
)
from fulfillment.keyset import count_text
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.catalogue.categories import categories_in_use
from orders.catalogue.details import ProductData
from orders.catalogue.history import codes_of, fingerprint
from orders.catalogue.pictures import MOST_BYTES, keep_picture, remove_picture, versions
from orders.catalogue.products import (
    add_barcode,
    add_part,
    add_product,
    change_product,
    remove_barcode,
    remove_part,
    why_sku_stays,
)
from orders.catalogue.views import picture_of
from orders.errors import InvalidInput
from orders.lifecycle.aliases import MOST_AT_ONCE, forget
from orders.lifecycle.holds import name_product
from orders.models import Barcode, KitPart, Product, SalesChannel, Seller, SkuAlias
from orders.values.texts import asked_for
from orders.words import say, say_count
from warehouse.models import StockMovement

TABS = {ACTIVE: "Active", ARCHIVED: "Archived"}
LONGEST_SEARCH, MOST_SHOWN = 120, 200


@require_safe
@role_required(*SELLER_ROLES)
def products(request: SignedInRequest) -> HttpResponse:
    """List products, active or archived, that a text matches."""
    show = request.GET.get("show", "")
    show = show if show in TABS else ACTIVE
    search = asked_for(request.GET.get("q", ""), most=LONGEST_SEARCH)
    cursor = request.GET.get("page", "")
    found = product_list(request.viewer, show=show, search=search, cursor=cursor)
    context = {
        "tabs": TABS,
        "show": show,
        "search": search,
        "page": found.page,
        "total": count_text(found.total),
        "found": found.total,
    }
    return render(request, "dashboard/products.html", context)


@require_safe
@role_required(*SELLER_ROLES)
def product(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show one product: quantities, places, codes, names elsewhere, history, movements."""
    return _page(request, pk)


@require_safe
@role_required(*SELLER_ROLES)
def moved(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lead from the former address of a product's page to it."""
    return redirect("dashboard_product", _product(request, pk).pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def new(request: SignedInRequest) -> HttpResponse:
    """Add a product."""
    mine = Seller.objects.visible_to(request.viewer)
    sellers = list(mine.order_by("name")[:MOST_SHOWN])
    if request.method != "POST":
        return _form(request, ProductForm(), sellers=sellers)
    form = ProductForm(request.POST)
    chosen = [one for one in sellers if str(one.pk) == request.POST.get("seller")]
    seller = next(iter(chosen or (sellers if len(sellers) == 1 else ())), None)
    added: list[Product] = []

    def add() -> None:
        if seller is None:
            raise InvalidInput([("seller", say("choose the seller"))])
        data, reason = form.data_given(), form.cleaned_data["reason"]
        added.append(add_product(seller, data, actor=request.user, reason=reason))

    if status := decide(form, add):
        return _form(request, form, sellers=sellers, status=status)
    messages.success(request, say("{n} is added.", n=added[0]))
    return redirect("dashboard_product", added[0].pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Edit the fields of a product; whoever saves on an outdated page is told."""
    row = _product(request, pk)
    why = why_sku_stays(row)
    if request.method != "POST":
        return _form(
            request, ProductForm(product=row, why_sku_stays=why), row=row, why_stays=_stays(why)
        )
    form = ProductForm(request.POST, product=row, why_sku_stays=why)
    status = decide(
        form,
        lambda: change_product(
            row,
            form.data_given(),
            actor=request.user,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        ),
    )
    if status:
        return _form(request, form, row=_product(request, pk), why_stays=_stays(why), status=status)
    messages.success(request, say("{sku} is changed.", sku=row.sku))
    return redirect("dashboard_product", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def archive(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Archive a product, or bring it back with `active`."""
    is_active = bool(request.POST.get("active"))
    row = change_product(
        _product(request, pk), ProductData(is_active=is_active), actor=request.user
    )
    messages.success(
        request,
        say("{sku} is active again.", sku=row.sku)
        if is_active
        else say("{sku} is archived.", sku=row.sku),
    )
    return redirect("dashboard_product", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def add_code(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Add a barcode of a unit or a case."""
    row = _product(request, pk)
    form = BarcodeForm(request.POST)

    def add() -> None:
        code, units = form.cleaned_data["code"], form.units_given()
        add_barcode(row, code, units=units, actor=request.user)

    if status := decide(form, add):
        return _page(request, pk, barcode_form=form, status=status)
    messages.success(
        request,
        say("{code} is a barcode of {sku} now.", code=form.cleaned_data["code"], sku=row.sku),
    )
    return redirect("dashboard_product", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def remove_code(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Remove a barcode from its product."""
    row = get_object_or_404(Barcode.objects.visible_to(request.viewer), pk=pk)
    if request.POST.get("sure"):
        remove_barcode(row, actor=request.user)
        messages.success(request, say("Scanners no longer know {code}.", code=row.code))
    return redirect("dashboard_product", row.product_id)


@require_POST
@role_required(*SELLER_ROLES)
def add_one_part(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make another product a part of this one, which is a kit from its first part on."""
    row = _product(request, pk)
    form = PartForm(request.POST)

    def add() -> None:
        sku, units = form.cleaned_data["sku"], form.cleaned_data["units"]
        add_part(row, sku, units, actor=request.user)

    if status := decide(form, add):
        return _page(request, pk, part_form=form, status=status)
    messages.success(
        request, say("{part} is a part of {sku} now.", part=form.cleaned_data["sku"], sku=row.sku)
    )
    return redirect("dashboard_product", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def remove_one_part(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a part out of its kit."""
    row = get_object_or_404(KitPart.objects.visible_to(request.viewer), pk=pk)
    if request.POST.get("sure"):
        remove_part(row, actor=request.user)
        messages.success(
            request, say("{part} is no part of {sku} any more.", part=row.part.sku, sku=row.kit.sku)
        )
    return redirect("dashboard_product", row.kit_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def picture(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The picture of a product; a POST is another one."""
    if request.method != "POST":
        return picture_of(request, request.viewer, pk)
    row = _product(request, pk)
    form = PictureForm(request.POST, request.FILES)

    def keep() -> None:
        content = form.cleaned_data["picture"].read(MOST_BYTES + 1)
        keep_picture(row, content, actor=request.user)

    if status := decide(form, keep):
        return _page(request, pk, picture_form=form, status=status)
    messages.success(request, say("{sku} has its picture.", sku=row.sku))
    return redirect("dashboard_product", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def remove_one_picture(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Remove the picture of a product."""
    row = _product(request, pk)
    if request.POST.get("sure"):
        remove_picture(row, actor=request.user)
        messages.success(request, say("{sku} has no picture any more.", sku=row.sku))
    return redirect("dashboard_product", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def add_alias(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say what a channel calls a product; lines that wait for it are linked."""
    row = _product(request, pk)
    form = AliasForm(request.POST)
    linked: list[int] = []

    def add() -> None:
        channels = SalesChannel.objects.visible_to(request.viewer).filter(seller=row.seller_id)
        channel = channels.filter(pk=form.cleaned_data["channel"]).first()
        if channel is None:
            raise InvalidInput([("channel", say("choose one of the list"))])
        sku = form.cleaned_data["sku"]
        linked.append(name_product(row, channel, sku, actor=request.user)[1])

    if status := decide(form, add):
        return _page(request, pk, alias_form=form, status=status)
    waited = _linked(linked[0])
    messages.success(
        request,
        say("{name} means {sku} from now on.", name=form.cleaned_data["sku"], sku=row.sku) + waited,
    )
    return redirect("dashboard_product", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def forget_alias(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Forget what a channel calls a product."""
    alias = get_object_or_404(SkuAlias.objects.visible_to(request.viewer), pk=pk)
    if not request.POST.get("sure"):
        return redirect("dashboard_product", alias.product_id)
    messages.success(
        request, say("{sku} is unknown again: the next order with it is held.", sku=alias.sku)
    )
    product_id = alias.product_id
    forget(alias, actor=request.user)
    return redirect("dashboard_product", product_id)


def _stays(why: str) -> str:
    return say("It stays: {why}.", why=why) if why else ""


def _linked(number: int) -> str:
    """What became of the order lines that waited for a name; one decision links some hundreds."""
    if not number:
        return ""
    if number > MOST_AT_ONCE:
        linked = say_count(
            number,
            "{n} waiting order line is linked within a minute.",
            "{n} waiting order lines are linked within a minute.",
            n=number,
        )
    else:
        linked = say_count(
            number,
            "{n} waiting order line is linked.",
            "{n} waiting order lines are linked.",
            n=number,
        )
    return f" {linked}"


def _product(request: SignedInRequest, pk: UUID) -> Product:
    return get_object_or_404(Product.objects.visible_to(request.viewer), pk=pk)


def _page(request: SignedInRequest, pk: UUID, *, status: int = 200, **forms_: Any) -> HttpResponse:
    row = get_object_or_404(product_rows(request.viewer), pk=pk)
    reason = request.GET.get("reason", "")
    cursor = request.GET.get("page", "")
    context = {
        "shown": product_page(request.viewer, row, reason=reason, cursor=cursor),
        "product": row,
        "amount": amount_of(row),
        "price": amount_of(row, "price"),
        "reasons": {"": "All"} | dict(StockMovement.Reason.choices),
        "reason": reason if reason in StockMovement.Reason.values else "",
        "barcode_form": BarcodeForm(),
        "part_form": PartForm(),
        "catalogue": catalogue(request.viewer),
        "alias_form": AliasForm(),
        "picture_form": PictureForm(),
        "version": versions([row.pk]).get(row.pk, ""),
    }
    return render(request, "dashboard/product.html", context | forms_, status=status)


def _form(
    request: SignedInRequest,
    form: ProductForm,
    *,
    row: Product | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The page of the fields; what whoever saves next has seen is what the refused form showed."""
    seen = fingerprint(row, codes_of(row)) if row else ""
    if form.is_bound and status != OUTDATED:
        seen = str(form.data.get("seen", ""))
    context |= {"categories": categories_in_use(Product.objects.visible_to(request.viewer))}
    context |= {"form": form, "product": row, "seen": seen, "is_outdated": status == OUTDATED}
    return render(request, "dashboard/edit_product.html", context, status=status)
