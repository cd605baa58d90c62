"""/track/: the link of an order, mailed to who knows its number and has its e-mail address.

Nobody is looked up before the mail is sent: the answer is the same, and takes as long, for an order
that does not exist.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from fulfillment.serving.clients import client_network
from fulfillment.serving.rates import Limit, take
from fulfillment.tracking.mistakes import Place, mistakes_in
from fulfillment.tracking.views.language import draw, language_of
from fulfillment.tracking.views.show import private
from fulfillment.tracking.wording import acts_in
from orders.access import public
from orders.accounts.account_mails import mail_order_link
from orders.values.contacts import LONGEST_EMAIL, email
from orders.values.texts import NUMBER, one_line
from orders.values.unfit import Unfit

HOUR = 3600
MOST_OF_NETWORK, MOST_TO_ADDRESS = 20, 3  # mails in an hour
INVALID, TOO_MANY = 422, 429


@public
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Show the form; plan the mail."""
    language = language_of(request)
    say = acts_in(language)
    sent = {name: str(request.POST.get(name, ""))[:LONGEST_EMAIL] for name in ("number", "email")}
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        number, address = one_line(sent["number"]), _address(sent["email"])
        if not number or len(number) > NUMBER:
            wrong["number"] = say.needed
        if not address:
            wrong["email"] = say.wrong_email
        status = INVALID if wrong else TOO_MANY
        if not wrong and _may_ask(request, address):
            mail_order_link(address, number)
            return private(redirect(f"{request.path}?sent=1"))
    told = {"act": say.locked} if status == TOO_MANY else wrong
    places = {"number": Place("number", say.number), "email": Place("email", say.email)}
    context = {
        "say": say,
        "sent": sent,
        "wrong": wrong,
        "mistakes": mistakes_in(told, places),
        "done": "sent",
        "is_sent": "sent" in request.GET and request.method != "POST",
    }
    response = draw(request, "track/find.html", context, language=language, status=status)
    # With `no-referrer` a browser would send `Origin: null`, which the CSRF check refuses.
    return private(response, referrer="same-origin")


def _address(text: str) -> str:
    try:
        return email(text.strip()).lower()
    except Unfit:
        return ""


def _may_ask(request: HttpRequest, address: str) -> bool:
    return not take(
        Limit("find-network", client_network(request), MOST_OF_NETWORK, HOUR),
        Limit("find-address", address, MOST_TO_ADDRESS, HOUR),
    )
