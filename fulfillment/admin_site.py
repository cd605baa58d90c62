"""The operator's admin: who may enter, and by which door."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from notifications.delivery.pausing import known_pause
from orders.access import ViewerRequest
from orders.row_security import narrow_to


class OperatorSite(UnfoldAdminSite):
    """Open to operators only; they sign in where everybody does, so the same limits hold."""

    def has_permission(self, request: ViewerRequest) -> bool:
        may_enter = request.user.is_active and request.viewer.is_operator
        if may_enter:
            narrow_to(request.viewer.reach)
        return may_enter

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the apps; while sending is paused, say so first."""
        if pause := known_pause():
            messages.warning(
                request,
                f"Sending is paused since {pause.since:%Y-%m-%d %H:%M} UTC. {pause.because} "
                "Show what waits, and resume, with: manage.py sending",
            )
        answer: TemplateResponse = super().index(request, extra_context)
        return answer

    @method_decorator(secure_admin_login)
    def login(
        self, request: ViewerRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send strangers to the common sign-in page, operators in and everybody else away."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")
