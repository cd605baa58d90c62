"""From due to settled: claim, ask the guards, put in words, send outside transactions, settle."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from time import monotonic

from django.db import DatabaseError, connection
from django.utils import timezone

from notifications.channels import CHANNELS, knows_keys
from notifications.channels.base import Channel, OutcomeUnknown, Outgoing, Receipt, SendError
from notifications.consent.browsers import end_subscriptions
from notifications.delivery.attempts import begin, may_have_left, new_attempt
from notifications.delivery.circuit import make_circuits, note_answer, note_failure
from notifications.delivery.claims import BATCH, LEASE_SECONDS, claim_granted
from notifications.delivery.outcomes import Outcome, broken, outcome_of, probe_delay, put_back
from notifications.delivery.pausing import is_paused
from notifications.delivery.settling import settle
from notifications.delivery.workers import this_worker
from notifications.facts import Facts, load_facts
from notifications.guards.all import prepare, verdicts
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import ANSWERS
from notifications.models import Message
from notifications.states import Cause, MessageStatus
from notifications.words.answers import answer_of
from notifications.words.rendering import render
from orders.crash import crash_point

log = logging.getLogger(__name__)

NONE: Mapping[str, int] = {}
DOWN = "The provider is unreachable."
NOT_SET_UP = "The provider is not configured: see the log."
SETTLE_SECONDS = 1.0
POISON_SECONDS = 1.0  # in a rush, after a look that found no poison message
SEND_SECONDS = 45  # of one call; well within the time limit of a task

Channels = Mapping[str, Callable[[], Channel]]


def send_due(*, seconds: float = SEND_SECONDS, channels: Channels = CHANNELS) -> int:
    """Send what is due until nothing is or the time is up; returns how many were claimed."""
    ends, next_look = monotonic() + seconds, 0.0
    total = 0
    if is_paused():
        return total
    make_circuits(channels)
    with this_worker().beating() as worker:
        while monotonic() < ends:
            found = _claim_and_send(worker, channels, limit=BATCH, poison=False)
            # Poison messages go alone and last: one that kills its sender takes no other along.
            if not found or monotonic() > next_look:
                poisonous = _claim_and_send(worker, channels, limit=1, poison=True)
                found += poisonous
                next_look = 0.0 if poisonous else monotonic() + POISON_SECONDS
            if not found:
                break
            total += found
    return total


def send_batch(
    messages: Sequence[Message],
    *,
    channels: Channels,
    begin_before: float,
    failures: Mapping[str, int] = NONE,
) -> None:
    """Send claimed messages and settle each; none begins after `begin_before` (monotonic).

    `failures`: of the providers of these channels until now, in a row.
    """
    if connection.in_atomic_block:
        raise RuntimeError("Messages are sent with no transaction open.")
    ready: dict[str, list[tuple[Message, Outgoing]]] = defaultdict(list)
    unsent: list[Outcome] = []
    for message, words in _prepared(messages):
        if isinstance(words, Outgoing):
            ready[message.channel].append((message, words))
        else:
            unsent.append(words)
    crash_point("after-render")
    settle(unsent)
    for name, open_channel in channels.items():
        outcomes = _settled(_sent(ready[name], open_channel, begin_before)) if ready[name] else []
        _note(name, outcomes, failures.get(name, 0))
        end_subscriptions(outcome.message for outcome in outcomes if outcome.is_gone)


def _settled(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """All of them, settled every second: of what a killed sender sent, little stays unknown."""
    known: list[Outcome] = []
    settled, settled_at = 0, monotonic()
    try:
        for outcome in outcomes:
            known.append(outcome)
            if monotonic() - settled_at > SETTLE_SECONDS:
                settle(known[settled:])
                settled, settled_at = len(known), monotonic()
    finally:
        settle(known[settled:])
    return known


def _claim_and_send(worker: str, channels: Channels, *, limit: int, poison: bool) -> int:
    begin_before = monotonic() + LEASE_SECONDS / 2
    messages, failures = claim_granted(worker, channels, limit=limit, poison=poison)
    if messages:
        crash_point("after-claim")
        send_batch(messages, channels=channels, begin_before=begin_before, failures=failures)
    return len(messages)


def _prepared(messages: Sequence[Message]) -> Iterator[tuple[Message, Outgoing | Outcome]]:
    """Each message in words, or why it does not leave."""
    try:
        facts = prepare(load_facts(messages))
        against = verdicts(facts)
    except DatabaseError:
        raise
    except Exception:  # whatever one message does to us, the others leave
        if len(messages) > 1:
            for message in messages:
                yield from _prepared([message])
            return
        log.exception("message %s has facts that cannot be judged", messages[0].pk)
        yield messages[0], broken(messages[0], new_attempt(messages[0], ""))
        return
    kept_back = [fact.message for fact in facts if fact.message.pk in against]
    keyed = {name for name in {row.channel for row in kept_back} if knows_keys(name)}
    doubtful = may_have_left(kept_back, keyed=keyed)
    for fact in facts:
        if verdict := against.get(fact.message.pk):
            yield fact.message, _kept_back(fact.message, verdict, fact.message.pk in doubtful)
        else:
            yield fact.message, _in_words(fact)


def _kept_back(message: Message, verdict: Verdict, may_have_left: bool) -> Outcome:
    status, cause, reason, delay, by, stops = verdict
    if may_have_left and delay is None:
        reason = f"{reason[:170]} An earlier attempt may have arrived."
        return Outcome(message, MessageStatus.UNKNOWN, reason, returned=1, cause=cause, stops=stops)
    return Outcome(message, status, reason, delay, returned=1, by=by, cause=cause, stops=stops)


def _in_words(facts: Facts) -> Outgoing | Outcome:
    message = facts.message
    try:
        if message.template in ANSWERS:
            return answer_of(facts)
        return render(facts, now=timezone.now())
    except Exception:  # as above: a poisonous message is put aside, not the batch
        log.exception("message %s cannot be written", message.pk)
        return broken(message, new_attempt(message, ""))


def _sent(
    batch: list[tuple[Message, Outgoing]], open_channel: Callable[[], Channel], begin_before: float
) -> Iterator[Outcome]:
    """The outcome of each over one channel; the rest is put back when its provider is down."""
    waiting = list(reversed(batch))
    with ExitStack() as stack:
        try:
            channel = stack.enter_context(open_channel())
        except Exception:  # a provider that is not set up stops no other channel
            log.exception("no channel for %s messages", len(batch))
            delay = probe_delay(0.0)
            cause = Cause.NOT_SET_UP
            yield from (
                put_back(message, NOT_SET_UP, cause=cause, delay=delay) for message, _ in batch
            )
            return
        while waiting and monotonic() < begin_before:
            outcome = _attempt(channel, *waiting.pop())
            if outcome is None:
                continue
            yield outcome
            if outcome.down_for is not None:
                delay = probe_delay(outcome.down_for)
                cause = Cause.PROVIDER_DOWN
                yield from (
                    put_back(message, DOWN, cause=cause, delay=delay) for message, _ in waiting
                )
                return
    yield from (put_back(message) for message, _ in waiting)


def _note(channel: str, outcomes: list[Outcome], failures: int) -> None:
    """What the circuit has to know of a batch."""
    down = [outcome.down_for for outcome in outcomes if outcome.down_for is not None]
    if down:
        note_failure(channel, down_for=max(down))
    elif failures and any(outcome.attempt for outcome in outcomes):
        note_answer(channel)


def _attempt(channel: Channel, message: Message, outgoing: Outgoing) -> Outcome | None:
    """Send one message; None when its claim was taken away before it began."""
    attempt = new_attempt(message, channel.provider)
    if not channel.knows_keys and not begin(attempt):
        return None
    began = monotonic()
    result: Receipt | SendError
    try:
        crash_point("before-send")
        result = channel.send(outgoing)
        crash_point("after-send")
    except SendError as error:
        result = error
    except Exception as error:  # a mistake of an adapter: nobody knows how far it came
        log.exception("message %s: the adapter failed", message.pk)
        result = OutcomeUnknown(repr(error))
    attempt.duration_ms = round((monotonic() - began) * 1000)
    return outcome_of(message, attempt, result, knows_keys=channel.knows_keys)
