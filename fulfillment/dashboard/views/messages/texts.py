"""/dashboard/messages/texts/: the editor of custom texts."""

from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.dashboard.views.messages.beside import (
    Written,
    found_in,
    shown_text,
    variables_of,
)
from fulfillment.dashboard.views.messages.sellers import others, seller_of
from notifications.channels import CHANNELS
from notifications.consent.shop_settings import choose_languages
from notifications.consent.shop_switches import is_kept_back
from notifications.editor.editing import fingerprint, languages_of, missing, normalized
from notifications.editor.previews import orders_with_message, texts_in, versions_of
from notifications.editor.publishing import (
    Draft,
    SavedMeanwhile,
    discard,
    publish,
    save_draft,
    withdraw,
)
from notifications.kinds.catalogue import FOR_CUSTOMERS, GROUPS, KINDS
from notifications.kinds.record import Kind
from notifications.languages import LANGUAGES, NAMES
from notifications.languages.texts import PARTS
from notifications.models import TextVersion
from notifications.models.settings import settings_of
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError, InvalidInput
from orders.models import Seller, User
from orders.words import say, say_later
from orders.words.writing import listed, with_commas

LABELS = {
    "subject": (say_later("Subject"), 2, say_later("Also used for browser notifications.")),
    "heading": (
        say_later("Heading"),
        2,
        say_later("Shown above the text. If empty, the subject is used."),
    ),
    "body": (
        say_later("Text"),
        8,
        say_later(
            "Separate paragraphs with an empty line. Start one with “> ” to highlight it: "
            "use it for what the customer looks for."
        ),
    ),
    "closing": (say_later("Below the product list"), 4, say_later("Optional.")),
    "sms": (
        say_later("Text message"),
        4,
        say_later("One line. Long product lists are shortened to fit."),
    ),
}
EXAMPLE = "{% if when %} … {% endif %}"  # of what a text may ask


@require_safe
@role_required(Role.OWNER)
def texts(request: SignedInRequest, seller_id: UUID) -> HttpResponse:
    """List the messages to customers, with default or custom text."""
    seller = seller_of(request, seller_id)
    rows = TextVersion.objects.visible_to(request.viewer).filter(seller=seller)
    in_force = {row.template: row for row in rows.filter(in_force=True).defer("texts")}
    drafts = {row.template: row for row in rows.filter(published_at=None).defer("texts")}
    off = settings_of(seller).switched_off

    def line(kind: Kind) -> tuple[Kind, str, TextVersion | None, TextVersion | None]:
        name = kind.name
        sent = [
            say(channel.title)
            for channel in CHANNELS.values()
            if not is_kept_back(name, channel.name, off)
        ]
        return kind, listed(sent) if sent else say("Not sent"), in_force.get(name), drafts.get(name)

    lines = [(name, [line(kind) for kind in kinds]) for name, kinds in GROUPS.items()]
    chosen = languages_of(seller)
    context = {
        "seller": seller,
        "sellers": others(request),
        "page": "message_texts_of",
        "groups": lines,
        "languages": [(code, NAMES[code], code in chosen) for code in LANGUAGES],
        "is_chosen": bool(settings_of(seller).languages),
    }
    return render(request, "dashboard/messages/texts.html", context)


@require_POST
@role_required(Role.OWNER)
def languages(request: SignedInRequest, seller_id: UUID) -> HttpResponse:
    """Save the languages of a seller's texts."""
    seller = seller_of(request, seller_id)
    try:
        choose_languages(seller, request.POST.getlist("languages"), actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, say("Languages of your custom texts saved."))
    return redirect("message_texts_of", seller.pk)


@require_http_methods(["GET", "HEAD", "POST"])  # type: ignore[type-var]  # plain requests only
@role_required(Role.OWNER)
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # and no more arguments
def text(request: SignedInRequest, seller_id: UUID, template: str) -> HttpResponse:
    """Show the form of one message and language; save the draft."""
    seller, kind = seller_of(request, seller_id), kind_or_404(template)
    if request.method != "POST":
        return editor(request, seller, kind, chosen_language(seller, request.GET.get("language")))
    given = given_draft(request, seller)
    try:
        draft = save_draft(seller, template, given, actor=request.user)
    except InvalidInput as error:
        return editor(request, seller, kind, given.language, given=given, refused=error)
    except SavedMeanwhile as error:
        return editor(request, seller, kind, given.language, given=given, refused=error)
    done = say("Draft {number} saved. Customers get it once it is published.", number=draft.number)
    messages.success(request, done)
    page = "message_preview" if request.POST.get("do") == "preview" else "message_text"
    return redirect(page_url(page, seller, template, language=given.language))


@require_POST
@role_required(Role.OWNER)
def change(request: SignedInRequest, seller_id: UUID, template: str, what: str) -> HttpResponse:
    """Publish a version, discard the draft, or go back to the default text."""
    seller, kind = seller_of(request, seller_id), kind_or_404(template)
    typed = request.POST.get("number", "")
    number = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    try:
        messages.success(request, CHANGES[what](seller, kind, number, request.user))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("message_text", seller.pk, template)


def _publish(seller: Seller, kind: Kind, number: int, actor: User) -> str:
    version = publish(seller, kind.name, number, actor=actor)
    return say(
        "Version {number} is published: new “{message}” messages use it.",
        number=version.number,
        message=say(kind.title),
    )


def _discard(seller: Seller, kind: Kind, number: int, actor: User) -> str:
    discard(seller, kind.name, number, actor=actor)
    return say("Draft {number} discarded.", number=number)


def _withdraw(seller: Seller, kind: Kind, number: int, actor: User) -> str:
    withdraw(seller, kind.name, actor=actor)
    return say("Default text restored. Your versions are kept.")


CHANGES = {"publish": _publish, "discard": _discard, "withdraw": _withdraw}


def kind_or_404(template: str) -> Kind:
    """Return the kind of message of this name, or 404."""
    if template not in FOR_CUSTOMERS:
        raise Http404
    return KINDS[template]


def chosen_language(seller: Seller, given: str | None) -> str:
    """Return the requested language, else the seller's first."""
    return given if given in LANGUAGES else languages_of(seller)[0]


def given_draft(request: SignedInRequest, seller: Seller) -> Draft:
    """Read the draft from the form, as it was typed."""
    parts = {part: request.POST.get(part, "") for part in PARTS}
    language = chosen_language(seller, request.POST.get("language"))
    return Draft(language, parts, request.POST.get("seen", ""))


def parts_in(seller: Seller, kind: Kind, language: str) -> dict[str, str]:
    """Return what the form begins with in a language: the draft, the published text or ours."""
    versions = versions_of(seller, kind.name)
    drafts = [row for row in versions if row.published_at is None]
    base = next(iter(drafts or [row for row in versions if row.in_force]), None)
    return texts_in(base, kind.name, language)._asdict()


def page_url(page: str, seller: Seller, template: str, **query: Any) -> str:
    """Return the URL of a page of one message."""
    return f"{reverse(page, args=[seller.pk, template])}?{urlencode(query)}"


def editor(
    request: SignedInRequest,
    seller: Seller,
    kind: Kind,
    language: str,
    *,
    given: Draft | None = None,
    refused: DomainError | None = None,
) -> HttpResponse:
    """Render the page of one message; `given` and `refused`: a form with errors."""
    versions = versions_of(seller, kind.name)
    draft = next((row for row in versions if row.published_at is None), None)
    in_force = next((row for row in versions if row.in_force), None)
    base = draft or in_force
    kept = texts_in(base, kind.name, language)._asdict()
    problems: dict[str, list[str]] = {}
    for part, problem in getattr(refused, "problems", ()):
        problems.setdefault(part, []).append(problem)
    values = given.parts if given else kept
    is_own = bool(base and base.texts.get(language))
    now, written = timezone.now(), Written(language, normalized(values))
    shown = None if problems else shown_text(seller, kind, written, now=now).preview
    variables = variables_of(kind, language, shown, now=now)
    names = frozenset(row.name for row in variables)
    # Our own words need no check here, and a form that is refused says why.
    found = found_in(kind, written, names, now=now) if is_own or (given and not problems) else {}
    codes = {code for code in LANGUAGES if base and code in base.texts}
    codes |= {*languages_of(seller), language}
    context = {
        "seller": seller,
        "kind": kind,
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "tabs": [(code, NAMES[code], bool(base and base.texts.get(code))) for code in LANGUAGES
                 if code in codes],
        "names": NAMES.items(),
        "example": EXAMPLE,
        "fields": [_field(part, values[part], problems.get(part, []), found.get(part, []))
                   for part in PARTS],
        "seen": fingerprint(base, language),
        "is_own": is_own,
        "draft": draft,
        "in_force": in_force,
        "history": [row for row in versions if row.published_at and not row.in_force],
        "missing": with_commas(NAMES[code] for code in missing(seller, draft.texts))
        if draft
        else "",
        "variables": variables,
        "shown": shown,
        "is_found": True,
        "numbers": orders_with_message(seller, kind.name),
        "refused": refused,
        "theirs": {LABELS[part][0]: words for part, words in kept.items()}
        if isinstance(refused, SavedMeanwhile)
        else None,
    }  # fmt: skip
    status = {InvalidInput: 422, SavedMeanwhile: 409}.get(type(refused), 200)
    return render(request, "dashboard/messages/text.html", context, status=status)


def _field(part: str, value: str, problems: list[str], found: list[str]) -> dict[str, Any]:
    label, rows, hint = LABELS[part]
    return {
        "name": part,
        "label": label,
        "rows": rows,
        "hint": hint,
        "value": value,
        "problems": problems,
        "found": found,
    }
