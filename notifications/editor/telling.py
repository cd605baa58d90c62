"""What the check found, told to the writer of a text: which case of a message it is, and where."""

from collections.abc import Iterator

from django.utils.translation import get_language

from notifications.editor.cases import AFTERWARDS
from notifications.editor.checking import Finding
from notifications.languages import NAMES
from orders.models import Discrepancy, Hold, Package, Problem, Promise
from orders.states import ShippingRule
from orders.words import say, say_later
from orders.words.writing import isolated, with_commas

CAN_CHOOSE = "can choose "  # begins what the tracking page takes
OF_A_PART = "part"
LABELS = {
    value: str(label)
    for choices in (
        ShippingRule, Promise.Reason, Hold.Reason, Problem.Answer, Problem.Kind, Package.HandedTo,
        Package.Failure,
    )
    for value, label in choices.choices
}  # fmt: skip
# The names of cases and what begins or ends them, as in cases.py.
CASES = LABELS | {
    "": "",
    OF_A_PART: "Part of the order",
    f"{CAN_CHOOSE}door": "Customers can choose a neighbour or a safe place",
    f"{CAN_CHOOSE}named": "Customers have chosen a neighbour or a safe place",
    f"{CAN_CHOOSE}point": "Customers have chosen a pickup point",
    f"{CAN_CHOOSE}day": "Customers can choose another day",
    "astray": "The rest will not come",
    "a part waits": "A part waits for stock",
    "all waits": "All of it waits for stock",
    "no stock": "Out of stock",
    "dated": "With a date",
    "undated": "Without a date",
    "arrives": "The day of arrival",
    "ships": "The day of shipping",
    "earlier": "Earlier than promised",
    "not_collected": "Not collected",
    "collected": "Collected at a pickup point",
    "ahead": "An exchange that is sent ahead",
    "replacement": "A replacement",
    "replaced": "Replaced by another order",
    "unpaid": "Nothing was paid",
    "exchange": "An exchange",
    "postage seller": "The shop pays the postage",
    "postage customer": "The customer pays the postage",
    "fee": "Something is deducted",
    "postage seller fee": "The shop pays the postage, and something is deducted",
    "postage customer fee": "The customer pays the postage, and something is deducted",
    "label ready": "The return has a label",
    "label asked": "The label of the return is being made",
    "label none": "The return has no label",
    "label unused": "The return has a label that nobody used",
    "owed": "The refund is owed",
    "credit": "The refund is store credit",
    "paid": "The refund is paid",
    "untold": "The refund is paid, its amount is unknown",
    "code": "The refund is paid as store credit",
    "due": "It is refunded, the amount is unknown",
    "none": "Nothing is left to refund",
    "exchanged": "It is exchanged",
    "costs more": "It costs more than what is returned",
    "used": "Something came used",
    "wish": "A refund is wished for",
    "wish credit": "Store credit is wished for",
    "wish repair": "A repair is wished for",
    "wish exchange": "An exchange is wished for",
    "exchange called off": "The exchange was called off",
    "exchange ahead": "The exchange is sent ahead",
    "one of two": "Another product comes back with it",
    "wish both": "An exchange and store credit are wished for",
    "both called off": "The exchange was called off, store credit stays",
    "both ahead": "The exchange is sent ahead, store credit follows",
    "differs": "Something differs and is not decided",
    "repaired": "Something is repaired",
    "not sent": "A repaired product that is not sent back",
    **{f"differs {code}": str(text) for code, text in Discrepancy.Decision.choices},
    AFTERWARDS: "Decided after the end of the return",
    "package.delivered": "Not delivered after all",
    "package.attempt_failed": "An attempt that did not fail",
    "package.at_pickup_point": "Not at the pickup point after all",
    "package.returning": "Not on its way back after all",
    "shipment.handed_over": "Not handed over after all",
    "shipment.packed": "Not packed after all",
    "shipment.ready": "Not ready after all",
    "order.cancelled": "Not cancelled after all",
    "order.lines_cancelled": "Products not cancelled after all",
}
# As a seller calls what a message has of each channel.
CHANNELS = {
    "email": say_later("E-mail"),
    "sms": say_later("Text message"),
    "push": say_later("Subject"),
}


def case_in_words(name: str) -> str:
    """“with a date, part of the order”; "" for the only case of a kind."""
    return with_commas(_small(say(CASES[part])) for part in _parts(name) if part)


def told_at_line(finding: Finding, line: int) -> str:
    """The sentence that stands below a text; line 0 where it is about no single one."""
    case, words = case_in_words(finding.case), isolated(finding.words)
    if not finding.words:
        return _left_out(finding, case)
    if line and case:
        return say(
            "Line {line} says “{words}”, which does not hold. The case: {case}.",
            line=line,
            words=words,
            case=case,
        )
    if line:
        return say("Line {line} says “{words}”, which does not hold.", line=line, words=words)
    if case:
        return say(
            "It says “{words}”, which does not hold. The case: {case}.", words=words, case=case
        )
    return say("It says “{words}”, which does not hold.", words=words)


def told_of_language(finding: Finding) -> str:
    """The same, with its language and its channel before it."""
    case = case_in_words(finding.case)
    place = [NAMES[finding.language], str(CHANNELS[finding.channel]), *filter(None, [case])]
    where = with_commas(place)
    if finding.words:
        words = isolated(finding.words)
        return say("{where}: it says “{words}”, which does not hold.", where=where, words=words)
    return say("{where}: it leaves out {name}.", where=where, name=_variable(finding))


def _left_out(finding: Finding, case: str) -> str:
    name = _variable(finding)
    if case:
        return say("It leaves out {name}. The case: {case}.", name=name, case=case)
    return say("It leaves out {name}.", name=name)


def _variable(finding: Finding) -> str:
    """As a text writes it."""
    return isolated(f"{{{{ {finding.lacks} }}}}")


def _small(label: str) -> str:
    """Within a list it begins small, but in German."""
    return label if get_language() == "de" else label[:1].lower() + label[1:]


def _parts(name: str) -> Iterator[str]:
    """“not_home can choose door part”: its beginning, what customers can choose, and the part."""
    base = name.removesuffix(OF_A_PART).strip() if _is_of_a_part(name) else name
    begin, _, choice = base.partition(CAN_CHOOSE)
    yield from [begin.strip()] if begin.strip() in CASES else begin.strip().split(", ")
    if choice:
        yield CAN_CHOOSE + choice
    if _is_of_a_part(name):
        yield OF_A_PART


def _is_of_a_part(name: str) -> bool:
    return name == OF_A_PART or name.endswith(f" {OF_A_PART}")
