"""Texts that answer STOP, START and HELP, in the name of the seller who texted last."""

from notifications.channels.base import Outgoing, one_line
from notifications.channels.recipients import country_of
from notifications.channels.segments import fit, plain
from notifications.channels.senders import opt_out_text
from notifications.facts import Facts
from notifications.kinds.catalogue import ANSWERS
from notifications.models import InboundText, Message
from orders.models import Order

Word = InboundText.Word
# Keyword -> kind of the answer. No guard checks answers: the receiver asked for them.
TEMPLATES = {word: template for template, word in ANSWERS.items()}


def answer_of(facts: Facts) -> Outgoing:
    """Render the answer of a message."""
    message = facts.message
    return Outgoing(
        key=message.key,
        recipient=message.recipient,
        text=answer_text(ANSWERS[message.template], facts.order, message),
        sender_name=one_line(facts.order.seller.name),
    )


def answer_text(word: InboundText.Word, order: Order, message: Message) -> str:
    """Write an answer in one SMS segment, in English.

    `message`: the last text to this number, or the answer itself.
    """
    seller = order.seller
    how_to_stop = opt_out_text(country_of(message.recipient), message.language)
    said = {
        Word.STOP: "you will get no more text messages about your orders. Reply START to resume.",
        Word.START: f"you will get text messages about your orders again. {how_to_stop}",
        Word.HELP: f"text messages about your order {order.number}. "
        f"Questions: {seller.support_email or seller.email}. {how_to_stop}",
    }[word]
    return fit(plain(f"{seller.name[:24].strip()}: {said}"))
