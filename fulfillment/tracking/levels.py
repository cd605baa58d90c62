"""The second level of a tracking link: proof, by postcode or by a code that was mailed.

A postcode stands on every parcel: what moves goods or money needs the code, the stronger proof.
The proof is a signed cookie of one order and path. No table: how often somebody may be wrong is a
rate limit of the order, and a code is derived from the signed cookie of the browser that asked.
"""

import hmac
import re
import secrets
import unicodedata
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fulfillment.serving.clients import client_network
from fulfillment.serving.rates import Limit, give_back, take
from orders.accounts.account_mails import mail_order_code
from orders.keys import CODE_VALID_FOR, one_time_code
from orders.models import Order

PROOF, ASKED = "track_proof", "track_code"  # cookies, and their salts
BY_CODE = ".code"  # ends a proof by a mailed code
PROVEN_FOR = 3600
MINUTE, HOUR, DAY = 60, 3600, 86_400
# Wrong answers: of one order whoever gives them, and of one network whatever the order.
MOST_WRONG, MOST_WRONG_OF_NETWORK = 10, 50
MOST_WRONG_OF_CODE = 5
MOST_CODES, MOST_CODES_A_DAY, MOST_CODES_OF_NETWORK = 3, 10, 30
LONGEST_POSTCODE = 40
COUNTRY_BEFORE = re.compile(r"[A-Z]{1,3}(?=\d{3,}$)")  # D-10115


def is_proven(request: HttpRequest, order_id: UUID) -> bool:
    """Whether this browser has shown, within the hour, that the order is its user's."""
    return _signed(request, PROOF, PROVEN_FOR).removesuffix(BY_CODE) == order_id.hex


def is_proven_by_code(request: HttpRequest, order_id: UUID) -> bool:
    """Whether it was shown by a code that was mailed to the address of the order."""
    return _signed(request, PROOF, PROVEN_FOR) == order_id.hex + BY_CODE


def was_asked(request: HttpRequest, order_id: UUID) -> bool:
    """Whether this browser has asked for a code that may still be valid."""
    return _signed(request, ASKED, CODE_VALID_FOR).startswith(f"{order_id.hex}.")


def prove(response: HttpResponse, order_id: UUID, path: str, *, by_code: bool = False) -> None:
    """Let this browser see the second level of the tracking page at `path` for an hour."""
    _sign(response, PROOF, order_id.hex + (BY_CODE if by_code else ""), PROVEN_FOR, path)
    response.delete_cookie(ASKED, path=path)


def may_be_mailed(order: Order) -> bool:
    """Whether the customer has an address to which a code is mailed: nobody of demo data has."""
    return bool(order.mailable) and not order.seller.demo_of_id


def plan_code(request: HttpRequest, response: HttpResponse, order: Order, path: str) -> bool:
    """Mail a code that only this browser can use; False where too many were asked for."""
    whose = str(order.pk)
    limits = (
        Limit("track-mail", whose, MOST_CODES, 10 * MINUTE),
        Limit("track-mail-day", whose, MOST_CODES_A_DAY, DAY),
        Limit("track-mail-network", client_network(request), MOST_CODES_OF_NETWORK, HOUR),
    )
    if take(*limits):
        return False
    nonce = secrets.token_urlsafe(16)
    mail_order_code(order.pk, nonce)
    _sign(response, ASKED, f"{order.pk.hex}.{nonce}", CODE_VALID_FOR, path)
    return True


def try_postcode(request: HttpRequest, order: Order, text: str) -> bool | None:
    """Whether this is the postcode of the order; None where too many were wrong before."""
    given, kept = (normal_postcode(code, order.country) for code in (text, order.postcode))
    # Without a postcode nothing is right, and it takes as long.
    is_right = hmac.compare_digest(given.encode(), kept.encode()) and bool(kept)
    return _counted(request, is_right, Limit("track-proof", str(order.pk), MOST_WRONG, HOUR))


def try_code(request: HttpRequest, order: Order, text: str) -> bool | None:
    """Whether this is the code that was mailed to this browser; None after too many wrong ones.

    A right one is used up by this: the answer is yes once.
    """
    whose, _, nonce = _signed(request, ASKED, CODE_VALID_FOR).partition(".")
    given = "".join(_digits(text)).strip()
    expected = one_time_code(order.pk, nonce)
    is_right = hmac.compare_digest(given.encode(), expected.encode()) and whose == order.pk.hex
    # Not that of postcodes: whoever has only the link could spend it, and lock the customer out.
    # Who asked for none is always wrong: a count of all these together would lock out strangers.
    most = MOST_WRONG_OF_CODE if nonce else 0
    limit = Limit("track-code", nonce, most, CODE_VALID_FOR)
    answer = _counted(request, is_right, limit)
    is_used = answer and take(Limit("track-code-used", nonce, 1, CODE_VALID_FOR))
    return False if is_used else answer


def normal_postcode(text: str, country: str) -> str:
    """A postcode as it is compared: its letters and digits, of a ZIP+4 the ZIP."""
    code = "".join(char for char in _digits(text[:LONGEST_POSTCODE]).upper() if char.isalnum())
    code = COUNTRY_BEFORE.sub("", code)
    return code[:5] if country == "US" else code


def _digits(text: str) -> str:
    """The text with the digits of any script as ours, without blanks of any width."""
    wide = unicodedata.normalize("NFKC", text)
    said = (str(unicodedata.decimal(char)) if char.isdecimal() else char for char in wide)
    return "".join("".join(said).split())


def _counted(request: HttpRequest, is_right: bool, limit: Limit) -> bool | None:
    """The answer where it may still be given; a right one does not count.

    Counted before it is told, so that a thousand guesses at once are no more than the limit.
    """
    limits = (
        limit,
        Limit("track-proof-network", client_network(request), MOST_WRONG_OF_NETWORK, HOUR),
    )
    if take(*limits):
        return None
    if is_right:
        give_back(*limits)
    return is_right


def _signed(request: HttpRequest, name: str, seconds: int) -> str:
    return str(request.get_signed_cookie(name, "", salt=name, max_age=seconds))


def _sign(response: HttpResponse, name: str, value: str, seconds: int, path: str) -> None:
    response.set_signed_cookie(
        name,
        value,
        salt=name,
        max_age=seconds,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
