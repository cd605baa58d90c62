"""Default permission of the API: a view without roles, or a method without scope, is refused."""

from collections.abc import Mapping, Sequence
from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from fulfillment.api.authentication import ApiRequest
from orders.access import Scope, Viewer

NO_SCOPE = "This API key lacks the scope “{}”: create one that has it under Settings."


class NamesItsRoles(BasePermission):
    """Allow the roles of the view's `roles`, with a key that has the scope of the method.

    `roles = "public"` allows everybody. `scopes` is {method: scope}; HEAD is as GET.
    """

    message = "Your role does not allow this."

    def has_permission(self, request: Request, view: object) -> bool:
        roles: Sequence[str] = getattr(view, "roles", ())
        if roles == "public":
            return True
        viewer = cast(ApiRequest, request)._request.viewer
        return bool(roles) and viewer.has_role(*roles) and self._has_scope(viewer, request, view)

    def _has_scope(self, viewer: Viewer, request: Request, view: object) -> bool:
        scopes: Mapping[str, Scope] = getattr(view, "scopes", {})
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            return True  # says which methods there are, or answers 405
        needed = scopes.get(method)
        if needed in viewer.scopes:
            return True
        self.message = NO_SCOPE.format(needed)
        return False
