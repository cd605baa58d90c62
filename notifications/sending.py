"""The only writer of a message's status: claim with a lease, send outside transactions, settle."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from time import monotonic

import msgspec
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from notifications.attempts import begin, may_have_left, new_attempt
from notifications.channels import CHANNELS
from notifications.channels.base import Channel, OutcomeUnknown, Outgoing, Receipt, SendError
from notifications.facts import Facts, load_facts
from notifications.gates import lock_gates, make_gates, note_answer, note_failure, spend
from notifications.guards import verdicts
from notifications.models import Attempt, Message
from notifications.outcomes import Outcome, abandoned, broken, outcome_of, probe_delay, put_back
from notifications.pausing import is_paused
from notifications.rendering import render
from notifications.states import MessageStatus
from notifications.verdicts import Verdict
from notifications.workers import SILENT_SECONDS, bury_the_dead, this_worker
from orders.crash import crash_point

log = logging.getLogger(__name__)

BATCH = 100
LEASE_SECONDS = 60
NO_LIMIT = 1_000_000
NONE: Mapping[str, int] = {}
DOWN = "Its provider is not reached."
AGAIN = "Sent again by hand."
UNDONE = "Undone before it left."
NOT_SET_UP = "Its provider is not set up: see the log."
SETTLE_SECONDS = 1.0
SEND_SECONDS = 45  # of one call; well within the time limit of a task

# A lane is (order, recipient, channel); its head is the oldest message that still waits, looked up
# one by one: a planner that knows of few waiting rows would join 20,000 of them in a second each.
# A suspect is a message whose sender stopped in the middle of it: more claims than answers.
CLAIM = """
WITH grants AS MATERIALIZED (
  SELECT channel, CASE WHEN others.senders < %s THEN granted ELSE 0 END AS granted
  FROM unnest(%s::text[], %s::int[]) AS asked (channel, granted), LATERAL (
    SELECT count(DISTINCT m.claimed_by) AS senders FROM notifications_message m
    WHERE m.status = 'claimed' AND m.channel = asked.channel AND m.claimed_by <> %s
  ) AS others
), head AS MATERIALIZED (
  SELECT due.id FROM grants, LATERAL (
    SELECT m.id FROM notifications_message m
    WHERE m.channel = grants.channel AND m.next_attempt_at <= now()
      AND m.status IN ('planned', 'held', 'retrying')
      AND m.id = (
        SELECT e.id FROM notifications_message e
        WHERE e.order_id = m.order_id AND e.recipient = m.recipient AND e.channel = m.channel
          AND e.status IN ('planned', 'held', 'claimed', 'retrying')
        ORDER BY e.id LIMIT 1)
      AND (m.attempts_made > 0 AND m.attempts_made > (
        SELECT count(*) FROM notifications_attempt a WHERE a.message_id = m.id)) = %s
    ORDER BY m.next_attempt_at
    LIMIT grants.granted
    FOR NO KEY UPDATE SKIP LOCKED
  ) AS due
  LIMIT %s
)
UPDATE notifications_message AS m
SET status = 'claimed', claimed_by = %s, claimed_until = now() + %s * interval '1 second',
    attempts_made = m.attempts_made + 1
FROM head WHERE m.id = head.id
RETURNING m.*
"""

# An answer that comes after the claim was taken away still resolves an unknown outcome.
SETTLE = """
WITH o AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%s::json) AS r(
    id bigint, number int, worker text, status text, reason text, provider_id text, delay float8,
    returned int, by bigint, attempt_id uuid, provider text, started_at timestamptz,
    duration_ms int, outcome text, answer text)
), settled AS (
  UPDATE notifications_message AS m
  SET status = o.status, reason = o.reason, provider_id = o.provider_id,
      superseded_by_id = o.by, attempts_made = m.attempts_made - o.returned,
      claimed_by = '', claimed_until = NULL,
      next_attempt_at = CASE WHEN o.delay IS NULL THEN m.next_attempt_at
                             ELSE now() + o.delay * interval '1 second' END,
      settled_at = CASE WHEN o.delay IS NULL THEN now() END
  FROM o WHERE m.id = o.id AND m.attempts_made = o.number
    AND (m.status = 'claimed' AND m.claimed_by = o.worker OR m.status = 'unknown')
)
INSERT INTO notifications_attempt
  (id, message_id, number, provider, started_at, duration_ms, outcome, answer)
SELECT attempt_id, id, number, provider, started_at, duration_ms, outcome, answer
FROM o WHERE attempt_id IS NOT NULL
ON CONFLICT (id) DO UPDATE SET
  duration_ms = EXCLUDED.duration_ms, outcome = EXCLUDED.outcome, answer = EXCLUDED.answer
"""

ABANDONED = """
SELECT m.* FROM notifications_message m
WHERE m.status = 'claimed' AND (m.claimed_until < now() OR NOT EXISTS (
  SELECT 1 FROM notifications_worker w
  WHERE w.name = m.claimed_by AND w.beat_at > now() - %s * interval '1 second'))
ORDER BY m.id
FOR NO KEY UPDATE SKIP LOCKED
"""

REOPEN = """
UPDATE notifications_message
SET status = 'retrying', reason = %s, recipient = %s, next_attempt_at = now(), settled_at = NULL,
    provider_id = '', revision = revision + (status = 'failed')::int
WHERE id = %s AND status IN ('failed', 'unknown')
"""

CALL_OFF = """
UPDATE notifications_message SET status = 'suppressed', reason = %s, settled_at = now()
WHERE id = ANY(%s) AND status IN ('planned', 'held', 'retrying')
"""

FORGET = """
UPDATE notifications_message
SET status = 'suppressed', reason = %s, claimed_by = '', claimed_until = NULL, settled_at = now()
WHERE status IN ('planned', 'held', 'claimed', 'retrying')
"""

Channels = Mapping[str, Callable[[], Channel]]


def send_due(*, seconds: float = SEND_SECONDS, channels: Channels = CHANNELS) -> int:
    """Send what is due until nothing is or the time is up; returns how many were claimed."""
    ends = monotonic() + seconds
    total = 0
    if is_paused():
        return total
    make_gates(channels)
    with this_worker().beating() as worker:
        while monotonic() < ends:
            # Suspects go alone and last: one that kills its sender takes no other along.
            found = _claim_and_send(worker, channels, limit=BATCH, suspects=False)
            found += _claim_and_send(worker, channels, limit=1, suspects=True)
            if not found:
                break
            total += found
    return total


def claim(
    worker: str,
    grants: Mapping[str, int] | None = None,
    *,
    limit: int = BATCH,
    suspects: bool = False,
    senders: int = NO_LIMIT,
) -> list[Message]:
    """Take over heads of lanes that are due, for LEASE_SECONDS; one statement.

    `grants`: how many of each channel, else `limit` of each. None of a channel in which `senders`
    other workers send already. Of suspects, `limit` in all.
    """
    asked = dict.fromkeys(CHANNELS, limit) if grants is None else grants
    who = [senders, list(asked), list(asked.values()), worker]
    values = [*who, suspects, limit if suspects else NO_LIMIT, worker, LEASE_SECONDS]
    return sorted(Message.objects.raw(CLAIM, values), key=lambda message: message.pk)


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


def settle(outcomes: Sequence[Outcome]) -> None:
    """Write what became of claimed messages, and their attempts: one statement."""
    if outcomes:
        crash_point("before-settle")
        rows = [outcome.as_row() for outcome in outcomes]
        with connection.cursor() as cursor:
            cursor.execute(SETTLE, [msgspec.json.encode(rows).decode()])
        crash_point("after-settle")


def reopen(message: Message, *, recipient: str) -> None:
    """Let a failed or unknown message leave once more, because somebody said so.

    An unknown one keeps its key, by which a provider may know it; a failed one gets a new key.
    """
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, [AGAIN, recipient, message.pk])


def call_off(message_ids: Sequence[int]) -> None:
    """Never send these: a worker took back what they say before they left."""
    if message_ids:
        with connection.cursor() as cursor:
            cursor.execute(CALL_OFF, [UNDONE, list(message_ids)])


def forget_waiting(reason: str) -> int:
    """Never send what waits now; how many. For a database that was restored from a backup."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [reason[:200]])
        return cursor.rowcount


@transaction.atomic
def recover_claims() -> int:
    """Return the claims of workers that fell silent, and those past their lease; how many."""
    messages = list(Message.objects.raw(ABANDONED, [SILENT_SECONDS]))
    if messages:
        crash_point("recover-before-settle")
    # A statement of its own: behind the row locks it sees every attempt that has begun.
    attempts = defaultdict(list)
    for attempt in Attempt.objects.filter(message__in=messages):
        attempts[attempt.message_id].append(attempt)
    settle(
        [
            abandoned(message, attempts[message.pk], knows_keys=_knows_keys(message.channel))
            for message in messages
        ]
    )
    bury_the_dead()
    if messages:
        crash_point("recover-before-commit")
    return len(messages)


@transaction.atomic
def gated_claim(
    worker: str, channels: Iterable[str], *, limit: int, suspects: bool
) -> tuple[list[Message], dict[str, int]]:
    """(what the channels' gates let through, {channel: failures of its provider in a row})."""
    # The gates are locked by a statement of their own: the claim then sees what others claimed.
    gates = lock_gates(channels, limit=limit)
    grants = {gate.channel: gate.granted for gate in gates.values() if gate.granted}
    senders = settings.SENDERS_PER_CHANNEL
    messages = (
        claim(worker, grants, limit=limit, suspects=suspects, senders=senders) if grants else []
    )
    spend(gates, Counter(row.channel for row in messages), probe_seconds=LEASE_SECONDS)
    return messages, {gate.channel: gate.failures for gate in gates.values()}


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


def _claim_and_send(worker: str, channels: Channels, *, limit: int, suspects: bool) -> int:
    begin_before = monotonic() + LEASE_SECONDS / 2
    messages, failures = gated_claim(worker, channels, limit=limit, suspects=suspects)
    if messages:
        crash_point("after-claim")
        send_batch(messages, channels=channels, begin_before=begin_before, failures=failures)
    return len(messages)


def _prepared(messages: Sequence[Message]) -> Iterator[tuple[Message, Outgoing | Outcome]]:
    """Each message in words, or why it does not leave."""
    try:
        facts = load_facts(messages)
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
    keyed = {name for name in {row.channel for row in kept_back} if _knows_keys(name)}
    doubtful = may_have_left(kept_back, keyed=keyed)
    for fact in facts:
        if verdict := against.get(fact.message.pk):
            yield fact.message, _kept_back(fact.message, verdict, fact.message.pk in doubtful)
        else:
            yield fact.message, _in_words(fact)


def _kept_back(message: Message, verdict: Verdict, may_have_left: bool) -> Outcome:
    status, reason, delay, by = verdict
    if may_have_left and delay is None:
        reason = f"{reason[:170]} An attempt may have arrived."
        return Outcome(message, MessageStatus.UNKNOWN, reason, returned=1)
    return Outcome(message, status, reason, delay, returned=1, by=by)


def _in_words(facts: Facts) -> Outgoing | Outcome:
    message = facts.message
    try:
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
            yield from (put_back(message, NOT_SET_UP, delay=delay) for message, _ in batch)
            return
        while waiting and monotonic() < begin_before:
            outcome = _attempt(channel, *waiting.pop())
            if outcome is None:
                continue
            yield outcome
            if outcome.down_for is not None:
                delay = probe_delay(outcome.down_for)
                yield from (put_back(message, DOWN, delay=delay) for message, _ in waiting)
                return
    yield from (put_back(message) for message, _ in waiting)


def _note(channel: str, outcomes: list[Outcome], failures: int) -> None:
    """What the gate has to know of a batch."""
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


def _knows_keys(channel: str) -> bool:
    try:
        return CHANNELS[channel]().knows_keys
    except Exception:  # not set up: nobody knows, and the claims of the others must return
        log.exception("the channel %s cannot be asked", channel)
        return False
