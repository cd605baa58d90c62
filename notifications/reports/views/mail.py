"""/hooks/mail/: inbound webhooks of mail providers, signed or with a password."""

import logging

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.channels.base import one_line
from notifications.channels.reports import Report
from notifications.reports.mail import reports_of
from notifications.reports.mail_hooks import hook_of
from notifications.reports.mail_moments import leave_out_moments
from notifications.reports.receipts import store_reports
from orders.access import public
from orders.row_security import ALL_SELLERS, narrow_to

# What anymail raises for a time stamp that it cannot read, among other things.
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, OSError)

log = logging.getLogger(__name__)


class Refused(Exception):
    """A refused call: HTTP status and one line why."""

    def __init__(self, status: int, text: str):
        self.code = status
        super().__init__(text)


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def take_mail_reports(request: HttpRequest, provider: str) -> HttpResponse:
    """Store delivery reports: 200 when they are committed. Providers test the URL by GET."""
    hook = hook_of(provider)
    if hook is None:
        raise Http404
    if request.method != "POST":
        return HttpResponse()
    try:
        reports = _read(provider, hook, request)
    except Refused as refused:
        log.warning("%s: %s", provider, refused)
        return _answer(refused)
    narrow_to(ALL_SELLERS)  # a provider reports what became of the messages of all sellers
    store_reports(reports)
    return HttpResponse("ok", content_type="text/plain")


def _read(provider: str, hook: AnymailBaseWebhookView, request: HttpRequest) -> list[Report]:
    try:
        request.body  # noqa: B018 read first, so that it is there for signatures
    except RequestDataTooBig as error:
        raise Refused(413, "The body is larger than 1 MB.") from error
    if provider == "amazon_ses" and "Authorization" not in request.headers:
        raise Refused(401, "Send the user and the password.")  # else SNS never sends them
    try:
        hook.run_validators(request)
        return _reports(provider, hook, request)
    except AnymailWebhookValidationFailure as error:
        raise Refused(403, "Wrong signature or password.") from error
    except AnymailError as error:
        raise Refused(400, one_line(str(error))[:300]) from error
    except Exception as error:  # these parsers raise whatever a strange body makes of them
        log.info("a body of %s cannot be read", provider, exc_info=True)
        raise Refused(400, "This is not what the provider sends.") from error


def _reports(provider: str, hook: AnymailBaseWebhookView, request: HttpRequest) -> list[Report]:
    try:
        events = hook.parse_events(request)
    except AnymailError:
        raise
    except UNREADABLE:
        leave_out_moments(provider, request)
        events = hook.parse_events(request)
    return [report for event in events for report in reports_of(provider, event)]


def _answer(refused: Refused) -> HttpResponse:
    answer = HttpResponse(str(refused), status=refused.code, content_type="text/plain")
    if refused.code == 401:
        answer["WWW-Authenticate"] = 'Basic realm="reports"'
    return answer
