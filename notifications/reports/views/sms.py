"""/hooks/sms/: inbound webhooks of SMS providers, delivery reports and replies of customers."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.channels.sms import hook_of
from notifications.channels.sms.base import Call, Hook, UnreadableCall
from notifications.reports.opt_outs import handle_keyword
from notifications.reports.receipts import store_reports
from orders.access import public
from orders.row_security import ALL_SELLERS, narrow_to


@public
@csrf_exempt
@require_POST
def sms_report(request: HttpRequest, provider: str) -> HttpResponse:
    """Store delivery reports; the same call twice is one report."""
    hook = _hook(provider)
    try:
        call = _call(request)
        if not hook.is_signed(call):
            return _plain("Wrong signature.", 403)
        narrow_to(ALL_SELLERS)  # a provider reports what became of the messages of all sellers
        store_reports(hook.reports(call))
    except RequestDataTooBig:
        return _plain("The body is too large.", 413)
    except UnreadableCall as error:
        return _plain(str(error), 400)
    return _plain("")


@public
@csrf_exempt
@require_POST
def sms_inbound(request: HttpRequest, provider: str) -> HttpResponse:
    """Handle a customer's STOP, START or HELP; the same call twice is handled once."""
    hook = _hook(provider)
    try:
        call = _call(request)
        if not hook.is_signed(call):
            return _plain("Wrong signature.", 403)
        inbound = hook.inbound(call)
    except RequestDataTooBig:
        return _plain("The body is too large.", 413)
    except UnreadableCall as error:
        return _plain(str(error), 400)
    narrow_to(ALL_SELLERS)  # whose customer has this number is found among all sellers
    answer = handle_keyword(inbound, is_sent_by_us=not hook.answers_at_once)
    return _twiml(answer) if hook.answers_at_once else _plain("")


def _hook(provider: str) -> Hook:
    hook = hook_of(provider)
    if hook is None:
        raise Http404
    return hook


def _call(request: HttpRequest) -> Call:
    """Read the request. The URL is built from SITE_URL, since anyone can forge the Host header."""
    return Call(
        url=f"{settings.SITE_URL}{request.get_full_path()}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        at=timezone.now(),
    )


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _twiml(answer: str) -> HttpResponse:
    inner = f"<Message>{escape(answer)}</Message>" if answer else ""
    text = f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'
    return HttpResponse(text, content_type="text/xml; charset=utf-8")
