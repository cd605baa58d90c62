"""Preview pages of a text: mail in light and dark mode, plain text, text message."""

from uuid import UUID

from csp.decorators import csp, csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.views.messages.sellers import seller_of
from fulfillment.dashboard.views.messages.texts import chosen_language, kind_or_404, page_url
from fulfillment.demo.views import MAIL_POLICY
from notifications.editor.previews import (
    SCHEMES,
    facts_of,
    in_scheme,
    orders_with_message,
    preview,
    texts_in,
    versions_of,
)
from notifications.editor.trial import send_test_mail
from notifications.languages import NAMES
from notifications.models import TextVersion
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.values.texts import NUMBER, asked_for
from orders.words import say

OURS = 0


class Chosen:
    """The parameters of a preview: version, language and order."""

    def __init__(self, request: SignedInRequest, seller_id: UUID, template: str) -> None:
        asked = request.POST if request.method == "POST" else request.GET
        self.seller, self.kind = seller_of(request, seller_id), kind_or_404(template)
        self.language = chosen_language(self.seller, asked.get("language"))
        self.versions = versions_of(self.seller, template)
        self.version = self._version(asked.get("version", ""))
        self.number = self.version.number if self.version else OURS
        self.named = asked_for(asked.get("order", ""), most=NUMBER)
        now = timezone.now()
        facts, self.is_found = facts_of(
            self.seller, template, number=self.named, language=self.language, now=now
        )
        texts = texts_in(self.version, template, self.language)
        self.preview = preview(facts, language=self.language, texts=texts, now=now)

    def _version(self, number: str) -> TextVersion | None:
        """The chosen version, else the draft, else the published one; None: default text."""
        if not number:
            drafts = [row for row in self.versions if row.published_at is None]
            return next(iter(drafts or [row for row in self.versions if row.in_force]), None)
        if number == str(OURS):
            return None
        found = [row for row in self.versions if str(row.number) == number]
        if not found:
            raise Http404
        return found[0]

    @property
    def query(self) -> dict[str, str | int]:
        """The query string of this preview."""
        order = self.named if self.is_found else ""
        return {"language": self.language, "version": self.number, "order": order}


@require_safe  # type: ignore[type-var]  # csp's decorators know plain requests only
@role_required(Role.OWNER)
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # and no more arguments
def show(request: SignedInRequest, seller_id: UUID, template: str) -> HttpResponse:
    """Show the preview page, with its choices and the test e-mail form."""
    chosen = Chosen(request, seller_id, template)
    scheme = "dark" if request.GET.get("dark") else "light"
    scripts = {code for row in [chosen.version] if row for code in row.texts}
    context = {
        "chosen": chosen,
        "seller": chosen.seller,
        "kind": chosen.kind,
        "scheme": scheme,
        "languages": [(code, name, code in scripts) for code, name in NAMES.items()],
        "direction": "rtl" if chosen.language == "ar" else "ltr",
        "numbers": orders_with_message(chosen.seller, template),
        "frame": page_url(
            "message_preview_mail", chosen.seller, template, scheme=scheme, **chosen.query
        ),
    }
    return render(request, "dashboard/messages/preview.html", context)


@require_safe  # type: ignore[type-var]  # as above
@role_required(Role.OWNER)
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # as above
def mail(request: SignedInRequest, seller_id: UUID, template: str) -> HttpResponse:
    """Serve the HTML part for the frame, as sent, or forced to the `scheme` light or dark."""
    html = Chosen(request, seller_id, template).preview.mail.html
    scheme = request.GET.get("scheme")
    return HttpResponse(in_scheme(html, scheme) if scheme in SCHEMES else html)


@require_POST
@role_required(Role.OWNER)
def trial(request: SignedInRequest, seller_id: UUID, template: str) -> HttpResponse:
    """Send the preview as a test e-mail to its viewer."""
    chosen = Chosen(request, seller_id, template)
    try:
        send_test_mail(
            chosen.seller,
            template,
            chosen.preview.mail,
            number=chosen.number,
            actor=request.user,
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, say("Test e-mail sent to {address}.", address=request.user.email))
    return redirect(page_url("message_preview", chosen.seller, template, **chosen.query))
