"""SMS opt-out and opt-in: handles STOP, START and HELP and plans the answer."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from notifications.channels.sms.base import Inbound
from notifications.models import InboundText, Message, Suppression
from notifications.reports.keywords import keyword_of
from notifications.states import REACHED_PROVIDER
from notifications.words.answers import TEMPLATES, answer_text
from orders.events.recording import record
from orders.models import Event
from orders.values.contacts import E164

Word = InboundText.Word
REACH = timedelta(days=90)  # a STOP concerns every seller who texted within this time
MOST_ANSWERS = 4  # to a number a day
HELP_EVERY = timedelta(hours=1)
KEEP_FOR = timedelta(days=30)
KINDS = {
    Word.STOP: "text_messages.stopped",
    Word.START: "text_messages.started",
    Word.HELP: "text_messages.asked_about",
}


@transaction.atomic
def handle_keyword(inbound: Inbound, *, is_sent_by_us: bool) -> str:
    """Apply the keyword of a text, once; returns the answer for the provider to send, or "".

    `is_sent_by_us`: the answer is planned in the outbox instead. There is an answer only when
    something changed, to HELP once an hour; none to a repeated call or keyword.
    """
    word = keyword_of(inbound.text)
    if word is None or not E164.fullmatch(inbound.sender):
        return ""
    _lock_number(inbound.sender)
    row, is_new = InboundText.objects.get_or_create(
        provider=inbound.provider,
        text_id=inbound.text_id[:200],
        defaults={"number": inbound.sender, "word": word},
    )
    if not is_new:
        return ""
    changed = _apply(row)
    if not changed:
        return ""
    events = [_event(word, message) for message in changed]
    record(events)
    if inbound.is_answered or _is_answered_enough(row.number):
        return ""
    row.answered_at = timezone.now()
    row.save(update_fields=["answered_at"])
    last = changed[0]
    if is_sent_by_us:
        _plan_answer(word, last, events[0])
        return ""
    return answer_text(word, last.order, last)


def delete_old_texts() -> None:
    """Delete old inbound texts: their provider will not repeat the calls any more."""
    InboundText.objects.filter(received_at__lt=timezone.now() - KEEP_FOR).delete()


def _is_answered_enough(number: str) -> bool:
    """Whether a number got enough answers today: they cost money, and a sender can be forged."""
    since = timezone.now() - timedelta(days=1)
    rows = InboundText.objects.filter(number=number, answered_at__gt=since)
    return rows.count() >= MOST_ANSWERS


def _apply(row: InboundText) -> list[Message]:
    """Apply a keyword; returns the last message of each seller it concerns, the newest first."""
    last = _last_messages(row.number)
    if row.word == Word.STOP:
        return _stop(row.number, [message for message in last if _is_within_reach(message)])
    if row.word == Word.START:
        return _start(row.number, last)
    since = row.received_at - HELP_EVERY
    answered = InboundText.objects.filter(
        number=row.number, received_at__gt=since, word=Word.HELP, answered_at__isnull=False
    )
    return [] if answered.exists() else last[:1]


def _stop(number: str, messages: Sequence[Message]) -> list[Message]:
    """Add a number to the suppression lists of these sellers; returns what is new.

    A number that bounced but now sends STOP exists: its reason becomes *stopped*.
    """
    rows = Suppression.objects.filter(channel=Message.Channel.SMS, recipient=number)
    writers = {message.seller_id for message in messages}
    rows.filter(seller__in=writers, reason=Suppression.Reason.BOUNCED).delete()
    known = set(rows.values_list("seller_id", flat=True))
    changed = [message for message in messages if message.seller_id not in known]
    reason = Suppression.Reason.STOPPED
    Suppression.objects.bulk_create(
        [
            Suppression(seller_id=message.seller_id, channel="sms", recipient=number, reason=reason)
            for message in changed
        ],
        ignore_conflicts=True,
    )
    return changed


def _start(number: str, messages: Sequence[Message]) -> list[Message]:
    stopped = Suppression.objects.filter(
        channel=Message.Channel.SMS, recipient=number, reason=Suppression.Reason.STOPPED
    )
    sellers = set(stopped.values_list("seller_id", flat=True))
    stopped.delete()
    return [message for message in messages if message.seller_id in sellers]


def _last_messages(number: str) -> list[Message]:
    """Load the last text of each seller to this number, the newest first."""
    rows = Message.objects.filter(
        channel=Message.Channel.SMS,
        recipient=number,
        status__in=REACHED_PROVIDER,
        settled_at__isnull=False,
    )
    rows = rows.select_related("order__seller")
    latest = rows.order_by("seller", "-settled_at").distinct("seller")
    return sorted(latest, key=lambda message: message.settled_at or message.created_at)[::-1]


def _is_within_reach(message: Message) -> bool:
    return bool(message.settled_at and timezone.now() - message.settled_at < REACH)


def _event(word: InboundText.Word, message: Message) -> Event:
    return Event(seller_id=message.seller_id, order_id=message.order_id, kind=KINDS[word])


def _plan_answer(word: InboundText.Word, last: Message, event: Event) -> None:
    """Plan the answer in the outbox, for the order of the last text."""
    Message.objects.create(
        seller_id=last.seller_id,
        order_id=last.order_id,
        event=event,
        template=TEMPLATES[word],
        audience=Message.Audience.CUSTOMER,
        channel=Message.Channel.SMS,
        recipient=last.recipient,
        language=last.language,
    )


def _lock_number(number: str) -> None:
    """Take an advisory lock: keywords of one number are handled one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"text:{number}"])
