"""How large a body each kind of door takes, and the middleware that refuses a larger one."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fulfillment.serving.answers import refuse


def most_bytes(path: str) -> int:
    """The largest body of a request to this path."""
    limits = settings.BODY_LIMITS
    return next((most for door, most in limits if _is_of(path, door)), settings.MAX_BODY_BYTES)


def _is_of(path: str, door: str) -> bool:
    """Whether a path begins like this door; `*` in it stands for one part, as a token."""
    head, star, tail = door.partition("*")
    if not star:
        return path.startswith(door)
    _, _, rest = path.removeprefix(head).partition("/")
    return path.startswith(head) and f"/{rest}" == tail


def too_large(most: int) -> str:
    """The sentence for who sent more."""
    size = f"{most // 2**20} MB" if most >= 2**20 else f"{most // 2**10} KB"
    return f"The body is larger than {size}."


class BodySizeMiddleware:
    """Refuse by Content-Length, before anything is read, whatever server runs the portal.

    The front reader counts the bytes as they come; other servers give a body without a
    Content-Length to nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = most_bytes(request.path_info)
        if length.isascii() and length.isdecimal() and int(length[:20]) > most:
            return refuse(request, 413, too_large(most))
        return self.get_response(request)
