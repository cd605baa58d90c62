"""The sender of webhooks: one thread claims and settles, a pool of threads posts."""

import logging
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from time import monotonic

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection

from notifications.delivery.pausing import is_paused
from notifications.delivery.workers import this_worker
from notifications.models import Endpoint
from notifications.webhooks.leases import claim, other_senders, settle
from notifications.webhooks.post import Answer, post
from notifications.webhooks.results import AttemptResult, ClaimedDelivery, attempt_result
from notifications.webhooks.signing import signed_headers
from orders.crash import crash_point
from orders.outside.ssrf_guard import UrlRefused, target_of

log = logging.getLogger(__name__)

THREADS = 64
PROBES = 16  # threads that may post to failing endpoints
SEND_SECONDS = 45.0  # of one call; with the attempts in flight well within the limit of a task
POLL_SECONDS = 0.2
USER_AGENT = "Fulfillment-Webhooks/1"
UNREADABLE = "The signing secret cannot be decrypted: rotate it."
BROKEN = "The delivery could not be sent: see the operator's log."

InFlight = dict[Future[AttemptResult], tuple[ClaimedDelivery, float]]


def send_due(*, seconds: float = SEND_SECONDS) -> bool:
    """Post due deliveries until none is left or `seconds` are over; True in the latter case.

    Only this thread uses the database; the pool only does HTTP, so it needs no connections.
    """
    if connection.in_atomic_block:
        raise RuntimeError("Webhooks are sent with no transaction open.")
    if not Endpoint.objects.kept().exists() or is_paused():
        return False
    worker = this_worker().name
    # A sender polls five times a second, so more processes than SENDERS_PER_CHANNEL would be idle.
    if other_senders(worker) >= settings.SENDERS_PER_CHANNEL:
        return False
    ends = monotonic() + seconds
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        _send_until(pool, worker, ends)
    return monotonic() >= ends


def attempt(claimed: ClaimedDelivery) -> AttemptResult:
    """Sign and post one delivery in a thread; never raises, does not touch the database."""
    started_at = datetime.now(UTC)
    headers: dict[str, str] = {}
    try:
        headers = _headers(claimed, started_at)
        crash_point("webhooks-before-post")
        answer = post(claimed.url, claimed.payload.encode(), headers)
        crash_point("webhooks-after-post")
    except InvalidToken:
        answer = Answer(UNREADABLE, 0)
    except Exception:  # an error in one delivery must not stop the others
        log.exception("delivery %s failed in our own code", claimed.id)
        answer = Answer(BROKEN, 0)
    try:
        return attempt_result(claimed, answer, headers=headers, started_at=started_at)
    except Exception:  # as above: a strange answer must not stop the others
        log.exception("the answer to delivery %s cannot be judged", claimed.id)
        broken = Answer(BROKEN, answer.latency_ms)
        return attempt_result(claimed, broken, headers=headers, started_at=started_at)


def _send_until(pool: ThreadPoolExecutor, worker: str, ends: float) -> None:
    in_flight: InFlight = {}
    while True:
        # After `ends`, new work is claimed only while attempts that began before are in flight: a
        # slow receiver must not make the healthy ones wait for the next task.
        is_early = monotonic() < ends
        if is_early or any(began < ends for _, began in in_flight.values()):
            _submit_due(pool, worker, in_flight, probing=is_early)
        if not in_flight:
            return
        done, _ = wait(in_flight, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        settle([future.result() for future in done], worker=worker)
        for future in done:
            del in_flight[future]


def _submit_due(
    pool: ThreadPoolExecutor, worker: str, in_flight: InFlight, *, probing: bool
) -> None:
    if slots := THREADS - len(in_flight):
        probes = (
            PROBES - sum(claimed.is_probe for claimed, _ in in_flight.values()) if probing else 0
        )
        for claimed in claim(worker, slots=slots, probes=probes):
            in_flight[pool.submit(attempt, claimed)] = claimed, monotonic()


def _headers(claimed: ClaimedDelivery, at: datetime) -> dict[str, str]:
    """Every header of the request, so that the seller sees what was sent."""
    try:
        host = target_of(claimed.url).host_header
    except UrlRefused:
        host = ""
    return {
        "Host": host,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Content-Length": str(len(claimed.payload.encode())),
        "Accept-Encoding": "identity",
        "Connection": "close",
        **signed_headers(claimed.webhook_id, claimed.payload, at=at, kept=claimed.secrets),
    }
