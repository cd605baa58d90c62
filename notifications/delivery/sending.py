"""The sender of the outbox: claim, ask the guards, render, send outside transactions, settle."""

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import monotonic

from django.conf import settings
from django.db import connection
from django.utils import timezone

from notifications.channels import OPENERS, knows_keys
from notifications.channels.base import Channel, OutcomeUnknown, Outgoing, Receipt, SendError
from notifications.consent.browsers import end_subscriptions
from notifications.delivery.attempts import begin_attempt, new_attempt, possibly_sent
from notifications.delivery.circuit import create_circuits, record_answer, record_failure
from notifications.delivery.claims import BATCH, LEASE_SECONDS, TWICE, claim_granted, other_senders
from notifications.delivery.outcomes import (
    Outcome,
    attempt_outcome,
    probe_delay,
    returned_outcome,
    unrendered_outcome,
    unsent_outcome,
)
from notifications.delivery.pausing import is_paused
from notifications.delivery.portions import portions
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
DOUBTFUL = "An earlier attempt may have arrived."
SETTLE_SECONDS = 1.0
SUSPECT_SECONDS = 1.0  # under load, between two looks for suspects that find none
TOGETHER = {1: 10, TWICE: 1}  # crashes -> how many suspects go together
SEND_SECONDS = 45  # of one call; well within the time limit of a task
HELP_SECONDS = 2.0  # of one call beside as many others as may send over a channel
NEVER = float("inf")
TURN_SECONDS = 10.0  # of one batch; then the rest goes back, and who came meanwhile has a share
PACE_SECONDS = 0.5  # a provider that takes a batch sooner is given more at once
MOST_BATCHES = 4

Channels = Mapping[str, Callable[[], Channel]]


def send_due(
    *,
    seconds: float = SEND_SECONDS,
    help_seconds: float = HELP_SECONDS,
    channels: Channels = OPENERS,
) -> int:
    """Send due messages until none is left or `seconds` are over; returns how many were claimed.

    Beside SENDERS_PER_CHANNEL other processes it only helps out for `help_seconds`: a process has
    other tasks, too. Where these have ended meanwhile, it sends what they left.
    """
    began, next_look = monotonic(), 0.0
    total = 0
    if is_paused():
        return total
    create_circuits(channels)
    with this_worker().beating() as worker:
        is_help = _is_help(worker)
        ends = began + (min(seconds, help_seconds) if is_help else seconds)
        rota = _Rota(deque(channels))
        while True:
            if is_help and monotonic() >= ends and not _is_help(worker):
                is_help, ends = False, began + seconds
            if monotonic() >= ends:
                break
            found = _take_turn(worker, channels, rota, until=ends if is_help else NEVER)
            if not found or monotonic() > next_look:
                suspects = _send_suspects(worker, channels, is_alone=not found)
                found += suspects
                next_look = 0.0 if suspects else monotonic() + SUSPECT_SECONDS
            if not found:
                break
            total += found
    return total


def _is_help(worker: str) -> bool:
    return other_senders(worker) >= settings.SENDERS_PER_CHANNEL


@dataclass(slots=True)
class _Rota:
    """The channels in turn, and how many messages each is given: what a claim and its look-ups cost
    hardly grows with its messages, but those of a slow provider would wait for each other.
    """

    turns: deque[str]
    limits: dict[str, int] = field(default_factory=dict)

    def limit(self, channel: str) -> int:
        return self.limits.get(channel, BATCH)

    def note(self, channel: str, *, sent: int, seconds: float) -> None:
        """Give the channel as many as went in PACE_SECONDS, from BATCH to MOST_BATCHES of them."""
        in_time = int(sent * PACE_SECONDS / max(seconds, 0.001))
        self.limits[channel] = min(max(in_time, BATCH), MOST_BATCHES * BATCH)


def _take_turn(worker: str, channels: Channels, rota: _Rota, *, until: float) -> int:
    """Send a batch over the channel whose turn it is, or over all where that has nothing to send.

    One at a time, so that two processes send over two channels at once.
    """
    name, began = rota.turns[0], monotonic()
    rota.turns.rotate(-1)
    limit = rota.limit(name)
    found = _claim_and_send(worker, {name: channels[name]}, limit=limit, until=until)
    rota.note(name, sent=found, seconds=monotonic() - began)
    if found or len(rota.turns) == 1:
        return found
    return _claim_and_send(worker, channels, limit=BATCH, until=until)


def _send_suspects(worker: str, channels: Channels, *, is_alone: bool) -> int:
    """Send messages that a worker had when it stopped; returns how many were claimed.

    They go last, a few together and, after the second crash, each alone: so a message that kills
    its workers harms few others, and a hundred innocent ones do not wait for each other. Where
    nothing else is due (`is_alone`), they go on for a while.
    """
    until = monotonic() + SUSPECT_SECONDS if is_alone else 0.0
    total = 0
    while True:
        found = sum(
            _claim_and_send(worker, channels, limit=limit, crashes=crashes)
            for crashes, limit in TOGETHER.items()
        )
        total += found
        if not found or monotonic() > until:
            return total


@dataclass(slots=True)
class _Turn:
    """How long a batch may go on: no message is taken up after `ends`, no attempt begins after
    `begin_before` (monotonic). `done`: ids of messages that are settled or whose attempt began.
    """

    begin_before: float
    ends: float
    done: set[int] = field(default_factory=set)


def send_batch(
    messages: Sequence[Message],
    *,
    channels: Channels,
    begin_before: float,
    failures: Mapping[str, int] = NO_FAILURES,
) -> None:
    """Send claimed messages and settle each; no attempt begins after `begin_before` (monotonic).

    Each is rendered just before it leaves. What is left after TURN_SECONDS is returned uncounted.
    `failures`: {channel: failures of its provider in a row}.
    """
    if connection.in_atomic_block:
        raise RuntimeError("Messages are sent with no transaction open.")
    turn = _Turn(begin_before, ends=min(begin_before, monotonic() + TURN_SECONDS))
    try:
        waiting = portions(messages)
        while waiting and monotonic() < turn.ends:
            outcomes = _send_portion(waiting.pop(0), channels, turn, failures)
            waiting = _without_down(waiting, outcomes, turn)
    finally:  # also after an error: what never began must not count as tried by a dead worker
        settle([returned_outcome(row) for row in messages if row.pk not in turn.done])


def _send_portion(
    messages: Sequence[Message], channels: Channels, turn: _Turn, failures: Mapping[str, int]
) -> list[Outcome]:
    """Send a portion of a batch, one channel after the other; returns what was tried."""
    ready: dict[str, list[Facts]] = defaultdict(list)
    unsent: list[Outcome] = []
    for message, judged in _judged(messages):
        if isinstance(judged, Facts):
            ready[message.channel].append(judged)
        else:
            unsent.append(judged)
    settle(unsent)
    turn.done.update(outcome.message.pk for outcome in unsent)
    tried: list[Outcome] = []
    for name, open_channel in channels.items():
        outcomes = _settled(_send_all(ready[name], open_channel, turn)) if ready[name] else []
        _update_circuit(name, outcomes, failures.get(name, 0))
        end_subscriptions(outcome.message for outcome in outcomes if outcome.is_gone)
        turn.done.update(outcome.message.pk for outcome in outcomes)
        tried += outcomes
    return tried


def _without_down(
    waiting: list[list[Message]], tried: Sequence[Outcome], turn: _Turn
) -> list[list[Message]]:
    """Return the portions without the channels whose provider is down; theirs are planned again."""
    down = {row.message.channel: row.down_for for row in tried if row.down_for is not None}
    rest = [message for portion in waiting for message in portion if message.channel in down]
    if not rest:
        return waiting
    settle([_down_outcome(message, down[message.channel]) for message in rest])
    turn.done.update(message.pk for message in rest)
    portions_left = ([row for row in portion if row.channel not in down] for portion in waiting)
    return [portion for portion in portions_left if portion]


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


def _claim_and_send(
    worker: str, channels: Channels, *, limit: int, crashes: int = 0, until: float = NEVER
) -> int:
    # No attempt begins in the second half of the lease: it ends before others may claim again.
    begin_before = min(monotonic() + LEASE_SECONDS / 2, until)
    # Committed before anything is sent: a crash from here on is found by `recover_claims`.
    messages, failures = claim_granted(worker, channels, limit=limit, crashes=crashes)
    if messages:
        crash_point("after-claim")
        send_batch(messages, channels=channels, begin_before=begin_before, failures=failures)
    return len(messages)


def _judged(messages: Sequence[Message]) -> Iterator[tuple[Message, Facts | Outcome]]:
    """Yield each message with its facts, or the outcome that says why it is not sent."""
    try:
        facts = prepare_facts(load_facts(messages))
        against = verdicts(facts)
    except Exception as error:  # an error in one message must not stop the others: try each alone
        if is_outage(error):  # not the fault of one message: let the task fail
            raise
        if len(messages) > 1:
            for message in messages:
                yield from _judged([message])
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
            yield fact.message, fact


def _held_back(message: Message, verdict: Verdict, possibly_sent: bool) -> Outcome:
    status, cause, reason, delay, by, stops = verdict
    if possibly_sent:
        reason = f"{reason[:170]} {DOUBTFUL}"
    # Suppressed or superseded would claim that nothing was sent, which nobody knows.
    if possibly_sent and delay is None:
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
    batch: list[Facts], open_channel: Callable[[], Channel], turn: _Turn
) -> Iterator[Outcome]:
    """Render and send over one channel and yield the outcomes; when its provider is down, stop.

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
                unsent_outcome(facts.message, NOT_SET_UP, cause=cause, delay=delay)
                for facts in batch
            )
            return
        while waiting and monotonic() < turn.ends:
            outcome = _send(channel, waiting.pop(), turn)
            if outcome is None:
                continue
            yield outcome
            if outcome.down_for is not None:
                yield from (_down_outcome(facts.message, outcome.down_for) for facts in waiting)
                return
    yield from (returned_outcome(facts.message) for facts in reversed(waiting))


def _down_outcome(message: Message, down_for: float) -> Outcome:
    cause = Cause.PROVIDER_DOWN
    return unsent_outcome(message, DOWN, cause=cause, delay=probe_delay(down_for))


def _send(channel: Channel, facts: Facts, turn: _Turn) -> Outcome | None:
    began = monotonic()
    words = _rendered(facts)
    crash_point("after-render")
    if isinstance(words, Outcome):
        return words
    if (now := monotonic()) >= turn.begin_before:
        if now - began < TURN_SECONDS:
            return returned_outcome(facts.message)
        log.error("message %s took too long to write", facts.message.pk)  # it alone
        return unrendered_outcome(facts.message, new_attempt(facts.message, ""))
    turn.done.add(facts.message.pk)
    return _attempt(channel, facts.message, words)


def _update_circuit(channel: str, outcomes: list[Outcome], failures: int) -> None:
    """Open or close the circuit breaker of a channel, by the outcomes of a batch."""
    down = [outcome.down_for for outcome in outcomes if outcome.down_for is not None]
    if down:
        record_failure(channel, down_for=max(down))
    elif failures and any(row.attempt and row.attempt.provider for row in outcomes):
        record_answer(channel)


def _attempt(channel: Channel, message: Message, outgoing: Outgoing) -> Outcome | None:
    """Send one message; None when its claim was returned before the attempt began."""
    attempt = new_attempt(message, channel.provider)
    # Without idempotency keys only a committed row can show later that an attempt began.
    if not channel.knows_keys and not begin_attempt(message, attempt):
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
    if outcome.status == MessageStatus.SENT or isinstance(result, OutcomeUnknown):
        outcome.words = outgoing
    told = {"channel": message.channel, "template": message.template, "outcome": outcome.status}
    trace([message.order_id], "message sent", began=began, message=message.pk, **told)
    return outcome
