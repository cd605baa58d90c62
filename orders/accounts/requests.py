"""The request of a person who has signed in: what a view behind `role_required` gets."""

from orders.access import ViewerRequest
from orders.models import User


class SignedInRequest(ViewerRequest):
    """A request whose user is nobody anonymous."""

    user: User
