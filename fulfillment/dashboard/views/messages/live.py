"""The live preview beside the form of a text: as JSON for its script, as a page for its frame."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from csp.decorators import csp
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.views.messages.beside import (
    Found,
    Shown,
    Written,
    found_in,
    shown_text,
    variables_of,
)
from fulfillment.dashboard.views.messages.sellers import seller_of
from fulfillment.dashboard.views.messages.texts import (
    chosen_language,
    given_draft,
    kind_or_404,
    parts_in,
)
from fulfillment.demo.views import MAIL_POLICY
from notifications.editor.editing import normalized, problems_in
from notifications.editor.previews import SCHEMES, in_scheme
from notifications.kinds.record import Kind
from notifications.languages import LANGUAGES
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.models import Seller
from orders.values.texts import NUMBER, asked_for

# The script of the page writes what it was answered into the frame, in which no script runs.
FRAME_POLICY = {
    **MAIL_POLICY,
    "style-src": ["'self'", "'unsafe-inline'"],
    "sandbox": ["allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"],
}
JSON = "application/json"
KINDS_OF_ANSWER = ["text/html", JSON]  # a form sends the first, the script asks for the other
VIEWS = ("light", "dark", "text", "sms")


@require_http_methods(["GET", "HEAD", "POST"])  # type: ignore[type-var]  # plain requests only
@role_required(Role.OWNER)
@xframe_options_sameorigin
@csp(FRAME_POLICY)  # type: ignore[arg-type]  # and no more arguments
def live(request: SignedInRequest, seller_id: UUID, template: str) -> HttpResponse:
    """Show the text of the form, or what is saved, in the language that is chosen beside it."""
    seller, kind = seller_of(request, seller_id), kind_or_404(template)
    asked = request.POST if request.method == "POST" else request.GET
    typed = Written(
        chosen_language(seller, asked.get("language")),
        normalized(given_draft(request, seller).parts),
    )
    written = _shown(request, seller, kind, typed)
    order, now = asked_for(asked.get("order", ""), most=NUMBER), timezone.now()
    problems = problems_in(written.parts)
    shown = Shown(None, is_found=True)
    if not problems:
        shown = shown_text(seller, kind, written, order=order, now=now)
    view = next((name for name in VIEWS if name == asked.get("view")), VIEWS[0])
    if request.get_preferred_type(KINDS_OF_ANSWER) == JSON:
        variables = variables_of(kind, typed.language, shown.preview, now=now)
        found = found_in(kind, typed, frozenset(row.name for row in variables), now=now)
        around = {"seller": seller, "viewer": request.viewer}
        counted = {"found": found, "number": sum(map(len, found.values()))}
        return JsonResponse(counted | _answer(written, shown, view, around))
    return _frame(request, written, shown, view, problems)


def _shown(request: SignedInRequest, seller: Seller, kind: Kind, typed: Written) -> Written:
    """Return the text to show: that of the form, unless another language is chosen beside it."""
    asked = request.POST if request.method == "POST" else request.GET
    language = asked.get("shown_language", "")
    language = language if language in LANGUAGES else typed.language
    if request.method == "POST" and language == typed.language:
        return typed
    return Written(language, parts_in(seller, kind, language))


def _answer(written: Written, shown: Shown, view: str, around: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that the script puts into the page; nothing where there is no preview."""
    if shown.preview is None:
        return {}
    mail, language = shown.preview.mail, written.language
    about = {**around, "shown": shown.preview, "is_found": shown.is_found}
    return {
        "sender": mail.sender_name,
        "subject": mail.subject,
        "html": in_scheme(mail.html, "dark" if view == "dark" else "light"),
        "text": mail.text,
        "sms": shown.preview.text.text,
        "size": _said("_size", {"shown": shown.preview}),
        "about": _said("_about", about),
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
    }


def _said(name: str, context: dict[str, Any]) -> str:
    return " ".join(render_to_string(f"dashboard/messages/{name}.html", context).split())


def _frame(
    request: SignedInRequest, written: Written, shown: Shown, view: str, problems: Found
) -> HttpResponse:
    """Answer with the mail itself, else with a small page around a text."""
    if shown.preview and view in SCHEMES:
        return HttpResponse(in_scheme(shown.preview.mail.html, view))
    context = {
        "shown": shown.preview,
        "view": view,
        "language": written.language,
        "direction": "rtl" if written.language == "ar" else "ltr",
        "problems": [problem for rows in problems.values() for problem in rows],
    }
    return render(request, "dashboard/messages/frame.html", context)
