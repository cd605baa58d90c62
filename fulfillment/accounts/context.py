"""Template context of every page: the date of the second factor, and what sign-in offers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from fulfillment.accounts.adapters import has_passkeys
from orders.access import Viewer
from orders.accounts.applications import OPEN
from orders.accounts.second_factor import due_at


def sign_in(request: HttpRequest) -> dict[str, Any]:
    """`second_factor_by`: until when one has to be set up; `has_passkeys`, `sign_up_is_open`."""
    viewer = getattr(request, "viewer", Viewer())
    return {
        "second_factor_by": due_at(viewer),
        "has_passkeys": has_passkeys(),
        "sign_up_is_open": settings.SELLER_SIGN_UP == OPEN,
    }
