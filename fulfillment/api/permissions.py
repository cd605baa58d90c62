"""A view of the API that names no role is refused: silence is not permission."""

from rest_framework.permissions import BasePermission


class NamesItsRoles(BasePermission):
    """Allow what the view's `roles` name; `roles = "public"` is everybody."""

    message = "Your role does not allow this."

    def has_permission(self, request, view):
        roles = getattr(view, "roles", None)
        if roles == "public":
            return True
        return bool(roles) and request._request.viewer.has_role(*roles)
