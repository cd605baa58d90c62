"""The kinds of matters on the page *Needs attention*: what they say, and how urgent they are."""

from orders.numbers.figures import FEW
from orders.numbers.many_returns import DAYS, FEWEST_BACK, TIMES, USUAL_DAYS

# kind -> heading and explanation
KINDS = {
    "left_behind": (
        "Labelled, not handed over",
        "These parcels had their label before today, and are still in the warehouse.",
    ),
    "promise_broken": ("Promise broken", "The date promised to the customer has passed."),
    "promise_at_risk": (
        "Promise at risk",
        "Set a new date, or the customer is sent the next possible one.",
    ),
    "shop_changed": (
        "Changed in the shop, not followed here",
        "The shop wants something of these orders that came too late, or cannot be used here.",
    ),
    "late": ("Late or nearly late", "Work not finished four hours before it must ship."),
    "will_miss": (
        "Will miss the cut-off",
        "At the warehouse's present pace these are not picked by the time they must ship.",
    ),
    "attempt_failed": ("Delivery attempt failed", "The courier could not deliver a parcel."),
    "at_pickup_point": (
        "Waiting at a pickup point",
        "Parcels not collected by the last day are sent back.",
    ),
    "returning": (
        "Returning",
        "Undeliverable parcels on their way back to the warehouse.",
    ),
    "lost": (
        "Lost",
        "Agree with the customer on a replacement or a refund. The warehouse reports a parcel "
        "that is found again.",
    ),
    "exchange_overdue": (
        "Exchanged in advance, and nothing came",
        "The other product is sent, and what was to come back has not come in time. Wait longer, "
        "or close the return as sold: we charge nobody, so you settle that with the customer.",
    ),
    "problem_reported": (
        "Problems that customers report",
        "Something of a parcel is missing, damaged, wrong or not there. They wait for your answer.",
    ),
    "discrepancy": (
        "Returns that differ",
        "A parcel holds what it should not, or lacks something. Decide what happens with it.",
    ),
    "to_repair": (
        "To repair",
        "Customers have sent these back to be repaired, and wait for them. Say what became of it.",
    ),
    "label_failed": (
        "Returns without a label",
        "The carrier makes no label, and the customer reads that there is none. Correct the cause "
        "and make a new one.",
    ),
    "refund_late": (
        "Refunds past their date",
        "What came back was to be paid by then. Settle it in the shop, then tick it off.",
    ),
    "return_refund": (
        "Returns to refund in the shop",
        "They are inspected, or stay with the customer. Settle them there, then tick them off: we "
        "move no money.",
    ),
    "discrepancy_refund": (
        "Missing in returns: refund it in the shop",
        "You have decided so. Settle it there, then tick it off: we move no money.",
    ),
    "problem_refund": (
        "Reported problems: refund them in the shop",
        "You have told these customers so. Settle it there, then tick it off: we move no money.",
    ),
    "called_off": (
        "Cancelled: refund them in the shop",
        "What was cancelled of these orders is not sent. Settle what was paid there, then tick it "
        "off: we move no money.",
    ),
    "shop_unasked": (
        "Shops that do not let us in",
        "What we ask them for does not come in. They are asked again automatically.",
    ),
    "stock_untold": (
        "Shops that do not show our stock",
        "They may sell what is not there. They are told again automatically.",
    ),
    "refund_due": (
        "Units cancelled, returned or lost: refund them in the shop",
        "The shop could not be told. Settle it there, then tick it off: we move no money.",
    ),
    "call_refused": (
        "Calls of a shop that could not be read",
        "They are kept as they came. Correct the cause and try them again, or dismiss them.",
    ),
    "push_failed": (
        "The shop could not be told",
        "Its picture of these orders is behind. Correct the cause, or the shop itself.",
    ),
    "dead_letter": (
        "Stopped by an error",
        "An error on our side stopped this work. It is retried by itself, at least every two "
        "hours.",
    ),
    "held": ("On hold", "These orders do not ship until the hold is released."),
    "return_requested": ("Returns to approve", "A customer has requested a return."),
    "return_late": (
        "Return requests past their date",
        "These customers have waited for your decision for more than two working days.",
    ),
    "inbound_differs": (
        "Goods that came otherwise than announced",
        "The warehouse has counted them. Tick off what you have seen.",
    ),
    "many_returns": (
        "More returned than usual",
        f"Of what arrived in the last {DAYS} days at least {TIMES} times the share came back that "
        f"came back of what arrived in the {USUAL_DAYS} days before: {FEWEST_BACK} units or more, "
        f"of {FEW} or more that arrived, then and now.",
    ),
    "backordered": ("Not enough stock", "They continue automatically when stock arrives."),
    "ready": ("Ready, not handed over", "Packed and labelled, but not with a carrier yet."),
}


# As they are listed, the most urgent first.
IN_ORDER = (
    "left_behind", "refund_late", "promise_broken", "promise_at_risk", "shop_changed", "late",
    "will_miss", "attempt_failed", "at_pickup_point", "returning", "lost", "problem_reported",
    "discrepancy", "to_repair", "label_failed", "exchange_overdue",
    "problem_refund", "return_refund", "discrepancy_refund", "called_off", "shop_unasked",
    "stock_untold", "refund_due", "call_refused", "push_failed",
    "dead_letter", "held", "return_requested", "inbound_differs", "many_returns",
    "backordered", "ready",
)  # fmt: skip
REFUNDS = ("return_refund", "refund_late")  # their reason is an amount
# Those of `return_requested` whose deadline has passed, a date of the calendar that no column has:
# only the page knows this kind, and what people say of its matters is kept as of that one.
LATE_REQUESTS = "return_late"
# How urgent a kind is: heading, what it means, and its kinds, which keep the order of the list.
BANDS = {
    "now": (
        "Now",
        "a promise is broken, or breaks soon",
        ("left_behind", "refund_late", "promise_broken", "promise_at_risk", "shop_changed", "late",
         "will_miss", "attempt_failed", LATE_REQUESTS),
    ),
    "today": (
        "Today",
        "somebody waits for an answer",
        ("at_pickup_point", "returning", "lost", "problem_reported", "discrepancy",
         "to_repair", "label_failed", "exchange_overdue", "call_refused", "push_failed",
         "shop_unasked", "stock_untold", "dead_letter", "held", "return_requested",
         "inbound_differs"),
    ),
    "later": (
        "Can wait",
        "goes on by itself, is money to settle, or worth a look",
        ("problem_refund", "return_refund", "discrepancy_refund", "called_off", "refund_due",
         "many_returns", "backordered", "ready"),
    ),
}  # fmt: skip

# Kinds whose matters are put together by their cause, and how many of them at most.
ALIKE, MOST_ALIKE = ("held", "backordered"), 500


def limit_of(kind: str, most: int) -> int:
    """How many matters of a kind are loaded, where `most` rows of each are shown."""
    return max(most, MOST_ALIKE) if kind in ALIKE else most
