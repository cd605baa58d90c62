"""What ends a hold of an order, and the act by which a seller ends it."""

from typing import NamedTuple

from django.urls import reverse

from orders.models import Hold
from orders.words import say, say_later

Reason = Hold.Reason


class Next(NamedTuple):
    """What is next, why, and the act: its label and address; `is_post`: a button, not a link."""

    title: str
    text: str = ""
    label: str = ""
    url: str = ""
    is_post: bool = False


def of_hold(hold: Hold, shop_wants: str) -> Next:
    """What ends a hold; the seller's own and the warehouse's end with a release."""
    if hold.reason == Reason.SHOP:
        text = say("{wish}. Nothing ships until that is settled.", wish=shop_wants or hold.detail)
        return Next(
            say("Decide what the shop has changed"), text, say("Look at it"), f"#hold-{hold.pk}"
        )
    release = reverse("dashboard_release", args=[hold.pk])
    if hold.until:
        return Next(
            say("Waits for its day"), say("Then it goes on by itself."), RELEASE, release, True
        )
    if hold.reason == Reason.EXCHANGE:
        text = say("It ships once that is inspected. Release it to send it before.")
        return Next(say("Waits for a return"), text, RELEASE, release, True)
    if hold.reason in HELD:
        return HELD[hold.reason]
    if hold.reason == Reason.UNKNOWN_SKU:
        title = say("Say which product it is")
        return Next(title, NOTHING_SHIPS, say("Link the SKU"), f"#hold-{hold.pk}")
    if hold.reason == Reason.NO_SERVICE:
        edit = reverse("dashboard_edit", args=[hold.order_id])
        text = say("It goes on by itself once one takes it.")
        return Next(say("No service goes there"), text, say("Edit address"), edit)
    return Next(say("Release it, or cancel it"), NOTHING_SHIPS, RELEASE, release, True)


RELEASE, NOTHING_SHIPS = say_later("Release hold"), say_later("Nothing ships until then.")
HELD: dict[str, Next] = {
    Reason.NO_ADDRESS: Next(
        say_later("Enter the address"), NOTHING_SHIPS, say_later("Enter address"), "#address"
    ),
    Reason.PICKUP: Next(
        say_later("The customer collects it"),
        say_later("Enter an address to send it, or cancel it."),
        say_later("Enter address"),
        "#address",
    ),
    Reason.PAYMENT: Next(
        say_later("Waits for the payment"), say_later("It goes on when the shop says it is paid.")
    ),
    Reason.SURCHARGE: Next(
        say_later("Decide about what it costs more"),
        say_later("With its return: waive it, or ask for it in the shop."),
    ),
    Reason.CLEARANCE: Next(
        say_later("Held in the shop"), say_later("Look there before you release it here.")
    ),
    Reason.SHOP_HOLD: Next(
        say_later("Held in the shop"), say_later("Look there before you release it here.")
    ),
}
