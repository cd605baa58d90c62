"""A message as it was sent: the mail in a frame without rights, its plain text, the SMS."""

from csp.decorators import csp, csp_update
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from fulfillment.dashboard.queries.messages import message_row
from fulfillment.demo.views import MAIL_POLICY
from notifications.channels.segments import measure
from notifications.delivery.copies import with_links
from notifications.kinds.record import SMS
from notifications.models import Message
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.models import SentCopy

NEW_TAB = '<base target="_blank">'


@require_safe  # type: ignore[type-var]  # csp's decorators know plain requests only
@role_required(*SELLER_ROLES)
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # and no more arguments
def sent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what left, when and to whom; of a message from before copies were kept only that."""
    rows = Message.objects.visible_to(request.viewer).select_related("order")
    message = get_object_or_404(rows.prefetch_related("attempts"), pk=pk)
    copy = _copies(request).filter(message=pk).first()
    copy = with_links(copy) if copy else None
    size = measure(copy.text) if copy and message.channel == SMS else None
    context = {"row": message_row(message), "copy": copy, "size": size}
    return render(request, "dashboard/messages/sent.html", context)


@require_safe  # type: ignore[type-var]  # as above
@role_required(*SELLER_ROLES)
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # as above
def mail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Serve the HTML part for the frame, byte for byte but for where its links open."""
    copy = with_links(get_object_or_404(_copies(request), message=pk))
    if not copy.html:
        raise Http404
    return HttpResponse(NEW_TAB + copy.html)


def _copies(request: SignedInRequest) -> QuerySet[SentCopy]:
    copies: QuerySet[SentCopy] = SentCopy.objects.visible_to(request.viewer)
    return copies.select_related("order")
