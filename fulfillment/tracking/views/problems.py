"""/track/<token>/problem/: report what is missing, damaged, wrong or not there; second level."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fulfillment.tracking.acting import kinds_in, order_to_change
from fulfillment.tracking.mistakes import Place, mistakes_in
from fulfillment.tracking.page.page import describe
from fulfillment.tracking.queries import find_tracked
from fulfillment.tracking.views.language import draw, language_of
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.views.verify import ask_proof
from fulfillment.tracking.wording import acts_in
from fulfillment.tracking.wording.record import Acts
from orders.access import public
from orders.catalogue.pictures import MOST_BYTES
from orders.errors import DomainError, InvalidInput, Refusal
from orders.models import Order, Problem
from orders.problems.reporting import (
    Reportable,
    TooMany,
    report_problem,
    reportable,
)
from orders.returns.photos import MOST_PHOTOS

NOT_ARRIVED = Problem.Kind.NOT_ARRIVED
INVALID, CONFLICT = 422, 409
LONGEST = 4  # digits of a number of units


@public
@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form; report, and go back to the page."""
    tracked = find_tracked(token, timezone.now())
    if tracked is None:
        return not_found(request)
    if ask := ask_proof(request, token, tracked.order.pk, "problem"):
        return ask
    order = order_to_change(tracked)
    language = language_of(request, order.language)
    say = acts_in(language)
    # A gift's contents are secret, and the form would list them.
    units = [] if order.is_gift else reportable(order)
    sent = {name: str(value)[: Problem.LONGEST * 2] for name, value in request.POST.items()}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        wrong = _report(order, units, sent, request.FILES.getlist("photos"), say)
        if not wrong:
            return private(redirect("track", token=token))
    context = {
        "say": say,
        "page": describe(tracked, timezone.now(), can_return=False, language=language),
        "brand": tracked.order.seller_id,
        "token": token,
        "sent": sent,
        "wrong": wrong,
        "mistakes": mistakes_in(wrong, _places(units, say)),
        "units": [(unit, _parcel(say, unit, units)) for unit in units if unit.line],
        "parcels": [
            (unit, say.in_parcel.format(number=unit.number)) for unit in units if not unit.line
        ],
        "kinds": _kinds(say, units).items(),
        "most": Problem.LONGEST,
    }
    status = (CONFLICT if "act" in wrong else INVALID) if wrong else 200
    response = draw(request, "track/problem.html", context, language=language, status=status)
    # With `no-referrer` a browser would send `Origin: null`, which the CSRF check refuses.
    return private(response, referrer="same-origin")


def _kinds(say: Acts, units: list[Reportable]) -> dict[str, str]:
    """What can be reported of these: of a lost parcel only that it has not arrived."""
    has_lines = any(unit.line for unit in units)
    kinds = kinds_in(say)
    return kinds if has_lines or not units else {NOT_ARRIVED: kinds[NOT_ARRIVED]}


def _places(units: list[Reportable], say: Acts) -> dict[str, Place]:
    """Where each field is; of a single parcel none asks which."""
    has_parcels = len([unit for unit in units if not unit.line]) > 1
    return {
        "kind": Place(f"kind-{next(iter(_kinds(say, units)))}", say.what_wrong),
        **({"parcel": Place("parcel-1", say.which_parcel)} if has_parcels else {}),
        "unit": Place("unit-1", say.which),
        "quantity": Place("quantity", say.how_many),
        "words": Place("words", say.words),
        "photos": Place("photos"),
    }


def _parcel(say: Acts, unit: Reportable, units: list[Reportable]) -> str:
    """Which parcel it was in, where there are several."""
    has_many = len({one.package.pk for one in units}) > 1
    return say.in_parcel.format(number=unit.number) if has_many else ""


def _report(
    order: Order,
    units: list[Reportable],
    sent: dict[str, str],
    files: "list[UploadedFile[bytes]]",
    say: Acts,
) -> dict[str, str]:
    """Report it; what is wrong, by field."""
    photos = [file for file in files if file.size]
    if wrong := _in_fields(units, sent, say) | _in_photos(photos, say):
        return wrong
    try:
        report_problem(
            order,
            key=_chosen(units, sent),
            kind=sent["kind"],
            quantity=_number(sent.get("quantity", "")),
            words=sent.get("words", ""),
            photos=[file.read() for file in photos],
        )
    except InvalidInput:
        return {"photos": say.wrong_photo}
    except TooMany:
        return {"act": say.too_many}
    except Refusal:
        return {"photos": say.enough_photos}
    except DomainError:
        return {"act": say.already_open}
    return {}


def _in_fields(units: list[Reportable], sent: dict[str, str], say: Acts) -> dict[str, str]:
    wrong = {}
    key = _chosen(units, sent)
    unit = next((one for one in units if one.key == key), None)
    if unit is None:
        is_told = _is_of_parcel(sent) and all(one.line for one in units)
        at = "parcel" if _is_of_parcel(sent) else "unit"
        wrong[at] = say.already_open if is_told else say.choose_one
    elif unit.line and not 1 <= _number(sent.get("quantity", "")) <= unit.quantity:
        wrong["quantity"] = say.at_most.format(most=unit.quantity)
    if sent.get("kind") not in Problem.Kind.values:
        wrong["kind"] = say.choose_one
    if len(sent.get("words", "")) > Problem.LONGEST:
        wrong["words"] = say.too_long.format(most=Problem.LONGEST)
    return wrong


def _is_of_parcel(sent: dict[str, str]) -> bool:
    return sent.get("kind") == NOT_ARRIVED


def _chosen(units: list[Reportable], sent: dict[str, str]) -> str:
    """The key of what is reported: of a parcel that has not come no product is asked."""
    if not _is_of_parcel(sent):
        return sent.get("unit", "")
    parcels = [unit.key for unit in units if not unit.line]
    return parcels[0] if len(parcels) == 1 else sent.get("parcel", "")


def _in_photos(photos: "list[UploadedFile[bytes]]", say: Acts) -> dict[str, str]:
    if len(photos) > MOST_PHOTOS:
        return {"photos": say.too_many_photos}
    is_large = any((file.size or 0) > MOST_BYTES for file in photos)
    return {"photos": say.wrong_photo} if is_large else {}


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= LONGEST else 0
