"""The sender of the outbox: claim, ask the guards, render, send outside transactions, settle."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from time import monotonic

from django.db import connection
from django.utils import timezone

from notifications.channels import OPENERS, knows_keys
from notifications.channels.base import Channel, OutcomeUnknown, Outgoing, Receipt, SendError
from notifications.consent.browsers import end_subscriptions
from notifications.delivery.attempts import begin_attempt, new_attempt, possibly_sent
from notifications.delivery.circuit import create_circuits, record_answer, record_failure
from notifications.delivery.claims import BATCH, LEASE_SECONDS, claim_granted
from notifications.delivery.outcomes import (
    Outcome,
    attempt_outcome,
    probe_delay,
    unrendered_outcome,
    unsent_outcome,
)
from notifications.delivery.pausing import is_paused
from notifications.delivery.settling import settle
from notifications.delivery.workers import this_worker
from notifications.facts import Facts, load_facts
from notifications.guards.all import prepare_facts, verdicts
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import ANSWERS
from notifications.models import Message
from notifications.states import Cause, MessageStatus
from notifications.words.answers import answer_of
from notifications.words.rendering import render
from orders.crash import crash_point
from orders.events.spans import trace
from orders.statements import is_outage

log = logging.getLogger(__name__)

NO_FAILURES: Mapping[str, int] = {}
DOWN = "The provider is unreachable."
NOT_SET_UP = "The provider is not configured: see the log."
SETTLE_SECONDS = 1.0
POISON_SECONDS = 1.0  # under load, between two looks for poison messages that find none
SEND_SECONDS = 45  # of one call; well within the time limit of a task

Channels = Mapping[str, Callable[[], Channel]]


def send_due(*, seconds: float = SEND_SECONDS, channels: Channels = OPENERS) -> int:
    """Send due messages until none is left or `seconds` are over; returns how many were claimed."""
    ends, next_look = monotonic() + seconds, 0.0
    total = 0
    if is_paused():
        return total
    create_circuits(channels)
    with this_worker().beating() as worker:
        while monotonic() < ends:
            found = _claim_and_send(worker, channels, limit=BATCH, poison=False)
            # Poison messages go alone and last: one that kills the worker again harms no other.
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
    failures: Mapping[str, int] = NO_FAILURES,
) -> None:
    """Send claimed messages and settle each; no attempt begins after `begin_before` (monotonic).

    `failures`: {channel: failures of its provider in a row}.
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
        outcomes = (
            _settled(_send_all(ready[name], open_channel, begin_before)) if ready[name] else []
        )
        _update_circuit(name, outcomes, failures.get(name, 0))
        end_subscriptions(outcome.message for outcome in outcomes if outcome.is_gone)


def _settled(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Settle outcomes every second while they come, and return them all.

    When a worker is killed, only the outcomes of its last second are unknown.
    """
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
    # No attempt begins in the second half of the lease: it ends before others may claim again.
    begin_before = monotonic() + LEASE_SECONDS / 2
    # Committed before anything is sent: a crash from here on is found by `recover_claims`.
    messages, failures = claim_granted(worker, channels, limit=limit, poison=poison)
    if messages:
        crash_point("after-claim")
        send_batch(messages, channels=channels, begin_before=begin_before, failures=failures)
    return len(messages)


def _prepared(messages: Sequence[Message]) -> Iterator[tuple[Message, Outgoing | Outcome]]:
    """Yield each message, rendered, or the outcome that says why it is not sent."""
    try:
        facts = prepare_facts(load_facts(messages))
        against = verdicts(facts)
    except Exception as error:  # an error in one message must not stop the others: try each alone
        if is_outage(error):  # not the fault of one message: let the task fail, the lease ends
            raise
        if len(messages) > 1:
            for message in messages:
                yield from _prepared([message])
            return
        log.exception("message %s has facts that cannot be judged", messages[0].pk)
        yield messages[0], unrendered_outcome(messages[0], new_attempt(messages[0], ""))
        return
    kept_back = [fact.message for fact in facts if fact.message.pk in against]
    keyed = {name for name in {row.channel for row in kept_back} if knows_keys(name)}
    doubtful = possibly_sent(kept_back, keyed=keyed)
    for fact in facts:
        if verdict := against.get(fact.message.pk):
            yield fact.message, _held_back(fact.message, verdict, fact.message.pk in doubtful)
        else:
            yield fact.message, _rendered(fact)


def _held_back(message: Message, verdict: Verdict, possibly_sent: bool) -> Outcome:
    status, cause, reason, delay, by, stops = verdict
    # Suppressed or superseded would claim that nothing was sent, which nobody knows.
    if possibly_sent and delay is None:
        reason = f"{reason[:170]} An earlier attempt may have arrived."
        return Outcome(message, MessageStatus.UNKNOWN, reason, returned=1, cause=cause, stops=stops)
    return Outcome(message, status, reason, delay, returned=1, by=by, cause=cause, stops=stops)


def _rendered(facts: Facts) -> Outgoing | Outcome:
    message = facts.message
    try:
        if message.template in ANSWERS:
            return answer_of(facts)
        return render(facts, now=timezone.now())
    except Exception:  # as above: one message fails, not the batch
        log.exception("message %s cannot be written", message.pk)
        return unrendered_outcome(message, new_attempt(message, ""))


def _send_all(
    batch: list[tuple[Message, Outgoing]], open_channel: Callable[[], Channel], begin_before: float
) -> Iterator[Outcome]:
    """Send over one channel and yield the outcomes; when its provider is down, stop.

    What was not tried is planned again.
    """
    waiting = list(reversed(batch))
    with ExitStack() as stack:
        try:
            channel = stack.enter_context(open_channel())
        except Exception:  # a provider that is not set up stops no other channel
            log.exception("no channel for %s messages", len(batch))
            delay = probe_delay(0.0)
            cause = Cause.NOT_SET_UP
            yield from (
                unsent_outcome(message, NOT_SET_UP, cause=cause, delay=delay)
                for message, _ in batch
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
                    unsent_outcome(message, DOWN, cause=cause, delay=delay)
                    for message, _ in waiting
                )
                return
    yield from (unsent_outcome(message) for message, _ in waiting)


def _update_circuit(channel: str, outcomes: list[Outcome], failures: int) -> None:
    """Open or close the circuit breaker of a channel, by the outcomes of a batch."""
    down = [outcome.down_for for outcome in outcomes if outcome.down_for is not None]
    if down:
        record_failure(channel, down_for=max(down))
    elif failures and any(outcome.attempt for outcome in outcomes):
        record_answer(channel)


def _attempt(channel: Channel, message: Message, outgoing: Outgoing) -> Outcome | None:
    """Send one message; None when its claim was returned before the attempt began."""
    attempt = new_attempt(message, channel.provider)
    # Without idempotency keys only a committed row can show later that an attempt began.
    if not channel.knows_keys and not begin_attempt(attempt):
        return None
    began = monotonic()
    result: Receipt | SendError
    try:
        crash_point("before-send")
        result = channel.send(outgoing)
        crash_point("after-send")
    except SendError as error:
        result = error
    except Exception as error:  # a bug of an adapter: the message may or may not be sent
        log.exception("message %s: the adapter failed", message.pk)
        result = OutcomeUnknown(repr(error))
    attempt.duration_ms = round((monotonic() - began) * 1000)
    outcome = attempt_outcome(message, attempt, result, knows_keys=channel.knows_keys)
    told = {"channel": message.channel, "template": message.template, "outcome": outcome.status}
    trace([message.order_id], "message sent", began=began, message=message.pk, **told)
    return outcome
