"""Around every request: sessions where a person signs in, the viewer, refused actions."""

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from orders.access import Viewer
from orders.errors import DomainError

# Nobody signs in here: no session is loaded, no user asked for.
WITHOUT_SESSION = ("/api/", "/hooks/", "/track/", "/healthz", "/readyz", "/static/")


# Only programs call here: nothing is drawn, so no page policy and no language of a browser.
WITHOUT_PAGES = ("/api/", "/hooks/")


def _except_for(paths, base):
    """`base`, except for these paths."""

    class Except(base):
        def __call__(self, request):
            if request.path_info.startswith(paths):
                return self.get_response(request)
            return super().__call__(request)

    return Except


Sessions = _except_for(WITHOUT_SESSION, SessionMiddleware)
Authentication = _except_for(WITHOUT_SESSION, AuthenticationMiddleware)
FlashMessages = _except_for(WITHOUT_SESSION, MessageMiddleware)
PagePolicy = _except_for(WITHOUT_PAGES, CSPMiddleware)
Language = _except_for(WITHOUT_PAGES, LocaleMiddleware)


class ViewerMiddleware:
    """`request.viewer`: user, roles, sellers, warehouses; one statement when first asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if hasattr(request, "user"):
            request.viewer = SimpleLazyObject(lambda: Viewer.of(request.user))
        else:
            request.viewer = Viewer()
        return self.get_response(request)


class DomainErrorMiddleware:
    """A refused action becomes 409 and a page with its text."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, DomainError):
            return None
        return render(request, "refused.html", {"error": exception}, status=409)
