"""English, as it is written in Europe: 25 Nov, 19:00."""

from notifications.languages.phrases import Phrases

PHRASES = Phrases(
    day="EEE d MMM",
    day_of_year="EEE d MMM y",
    opening="EEE d",
    closing="EEE d MMM",
    hour="HH:mm",
    on="on {day}",
    span="{first} – {last}",
    between="between {first} and {last}",
    hours="{day} between {starts} and {ends}",
    across_days="between {starts} {first} and {ends} {last}",
    moment="{hour} {day}",
    today="today",
    tomorrow="tomorrow",
    separator=", ",
    conjunction="{first} and {last}",
    more={"other": "{count} more"},
    items={"one": "{count} item", "other": "{count} items"},
    hello="Hello,",
    hello_name="Hello {name},",
    you_ordered="You ordered",
    was_ordered="Ordered",
    ships_first="In stock, ships first",
    in_stock="In stock",
    waits_for_stock="On backorder",
    waits_at_point="At the pickup point",
    cancelled="Cancelled",
    not_cancelled="Not cancelled",
    in_this_parcel="In this parcel",
    in_these_parcels={"other": "In these {count} parcels"},
    still_to_come="To follow in a separate parcel",
    still_to_come_when="To follow in a separate parcel, expected {when}",
    sent_before="Already shipped in a separate parcel",
    delivered_before="Already delivered",
    your_return="In this return",
    as_said="In this return, in the condition that the customer stated",
    reported="Reported",
    in_exchange="In exchange",
    replacement="Replacement",
    sent_back_to_you="Sent back to you",
    tracking_number="Tracking number: {number}",
    shared_parcel="In one parcel with order {orders}",
    own_couriers="our own courier",
    follow="Track your order",
    change="Change the delivery",
    choose="Manage your updates",
    questions="Questions? Reply to this e-mail to reach {seller} at {email}.",
    sent_for="This e-mail was sent on behalf of {seller}.",
    todays_deliveries="Today's deliveries in your dashboard",
    order_in_dashboard="View order in your dashboard",
    decide_in_dashboard="Decide in your dashboard",
    you_get_this="You are receiving this e-mail as {seller}.",
    failures={
        "not_home": "nobody was home",
        "refused": "the parcel was refused",
        "address_wrong": "we could not find the address",
        "damaged": "the parcel was damaged",
    },
    return_reasons={
        "too_large": "too large",
        "too_small": "too small",
        "not_as_shown": "not as described",
        "damaged": "arrived damaged",
        "wrong": "wrong product",
        "changed_mind": "changed my mind",
        "unannounced": "not announced",
    },
    conditions={
        "unopened": "unopened",
        "as_new": "opened but as new",
        "used": "used",
        "damaged": "damaged",
    },
    reports={
        "missing": "something is missing",
        "damaged": "it is broken",
        "wrong": "it is the wrong product",
        "not_arrived": "the parcel has not come",
    },
    wishes={"exchange": "exchange for {goods}", "credit": "store credit", "refund": "refund"},
    goes_back={
        "repaired": (
            "This is what you sent in for repair with return {rma} of order "
            "{order}. It is repaired."
        ),
        "failed": (
            "This is what you sent in for repair with return {rma} of order "
            "{order}. It could not be repaired, and you get it back as it is."
        ),
        "again": "This is from your order {order}, and is sent to you again.",
    },
    found="{count} × {title}: {what}.",
    found_late="arrived after its return had expired",
    found_kinds={
        "wrong": "not part of this return",
        "extra": "more than was approved",
        "unknown": "not part of this return",
        "missing": "was not in the parcel",
        "empty": "the parcel was empty",
        "unannounced": "sent without a request",
        "late": "was found after the shop had decided",
        "swapped": "not the unit that was sent to you",
        "worn": "came used or damaged",
    },
    found_ends={
        "": "The shop decides.",
        "accept": "Taken into the return.",
        "keep": "The shop keeps it.",
        "send_back": "It is sent back to you.",
        "discard": "It is discarded.",
        "credit": "The shop refunds it all the same.",
        "no_credit": "It is not refunded.",
        "arrived": "It is there after all.",
        "free": "What you got in exchange is yours: there is nothing to pay for it.",
        "sold": (
            "You keep what you got in exchange as a purchase: the shop may ask you to pay for it."
        ),
        "exchanged": (
            "It counts for your exchange: you keep what you got for it. If you have paid for "
            "that, the shop pays it back."
        ),
    },
    causes={
        "stock_late": "stock is arriving later than planned",
        "warehouse_behind": "our warehouse needs more time",
        "carrier_delay": "the carrier is delayed",
        "weather": "bad weather is delaying the carrier",
        "late": "it is taking longer than planned",
        "order_changed": "products were added to your order",
        "other": "it is taking longer than planned",
        "held": "your order was on hold",
    },
    holds={
        "payment": "It has to be paid before we can ship it. We will send you the date then.",
        "address": "We need your complete delivery address before we can ship it. "
        "We will send you the date then.",
        "check": "We have to check something before we can ship it. "
        "We will send you the date then.",
        "pause": "It is on hold for the moment. We will send you the date as soon as it can ship.",
        "pickup": "You chose to collect it yourself, so we do not ship it.",
        "exchange": "It ships once your return has arrived and been checked. We will send you "
        "the date then.",
    },
)
