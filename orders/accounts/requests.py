"""The request type of views behind `role_required`."""

from orders.access import ViewerRequest
from orders.models import User


class SignedInRequest(ViewerRequest):
    """A request whose user has signed in."""

    user: User
