"""/dev/outbox/: in development, every mail and text as the customer sees it."""

from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from fulfillment.demo.catcher import Caught, caught, newest
from notifications.channels.segments import measure
from orders.access import public

# Content-Security-Policy of a shown mail: no scripts, forms or remote content; framed by us only.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@public
@require_safe
@csp_update({"frame-src": ["'self'"]})
def outbox(request: HttpRequest, name: str = "") -> HttpResponse:
    """The list, and one message opened: the named one, else the newest."""
    _only_in_development()
    messages = newest()
    opened = _find(name) if name else next(iter(messages), None)
    size = measure(opened.text) if opened and opened.is_sms else None
    context = {"caught": messages, "opened": opened, "size": size}
    return render(request, "dev/outbox.html", context)


@public
@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)
def outbox_html(request: HttpRequest, name: str = "") -> HttpResponse:
    """The HTML part of a mail, for the frame; its links open in a new tab."""
    _only_in_development()
    return HttpResponse('<base target="_blank">' + _find(name).html)


def _find(name: str) -> Caught:
    message = caught(name)
    if message is None:
        raise Http404
    return message


def _only_in_development() -> None:
    if not settings.DEBUG:
        raise Http404
