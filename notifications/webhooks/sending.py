"""From due to settled: one thread claims and settles, many wait for the receivers."""

import logging
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from time import monotonic

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection

from notifications.channels.addresses import AddressRefused, target_of
from notifications.delivery.pausing import is_paused
from notifications.delivery.workers import this_worker
from notifications.models import Endpoint
from notifications.webhooks.leases import claim, other_senders, settle
from notifications.webhooks.post import Answer, post
from notifications.webhooks.results import AttemptResult, Claimed, result_of
from notifications.webhooks.signing import signed_headers
from orders.crash import crash_point

log = logging.getLogger(__name__)

THREADS = 64
PROBES = 16  # threads that failing endpoints may keep waiting
SEND_SECONDS = 45.0  # of one call; with the attempts under way well within the limit of a task
LOOK_SECONDS = 0.2
USER_AGENT = "Fulfillment-Webhooks/1"
UNREADABLE = "The signing secret cannot be decrypted: rotate it."
BROKEN = "The delivery could not be sent: see the operator's log."

Flying = dict[Future[AttemptResult], tuple[Claimed, float]]


def send_due(*, seconds: float = SEND_SECONDS) -> bool:
    """Post what is due until nothing is; returns whether the time was up before that.

    Threads only speak HTTP: the database is this thread's alone, so none keeps a connection.
    """
    if connection.in_atomic_block:
        raise RuntimeError("Webhooks are sent with no transaction open.")
    if not Endpoint.objects.kept().exists() or is_paused():
        return False
    worker = this_worker().name
    # Who sends looks for new work five times a second: a second process would only wait beside it.
    if other_senders(worker) >= settings.SENDERS_PER_CHANNEL:
        return False
    ends = monotonic() + seconds
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        _fly(pool, worker, ends)
    return monotonic() >= ends


def attempt(claimed: Claimed) -> AttemptResult:
    """Sign and post one delivery; always a result, no database."""
    started_at = datetime.now(UTC)
    headers: dict[str, str] = {}
    try:
        headers = _headers(claimed, started_at)
        crash_point("webhooks-before-post")
        answer = post(claimed.url, claimed.payload.encode(), headers)
        crash_point("webhooks-after-post")
    except InvalidToken:
        answer = Answer(UNREADABLE, 0)
    except Exception:  # whatever one delivery does to us, the others go on
        log.exception("delivery %s failed in our own code", claimed.id)
        answer = Answer(BROKEN, 0)
    try:
        return result_of(claimed, answer, headers=headers, started_at=started_at)
    except Exception:  # as above: what a receiver answers must not stop the others
        log.exception("the answer to delivery %s cannot be judged", claimed.id)
        broken = Answer(BROKEN, answer.latency_ms)
        return result_of(claimed, broken, headers=headers, started_at=started_at)


def _fly(pool: ThreadPoolExecutor, worker: str, ends: float) -> None:
    flying: Flying = {}
    while True:
        # Past the end, a slow receiver of before must not keep the healthy ones waiting.
        is_early = monotonic() < ends
        if is_early or any(began < ends for _, began in flying.values()):
            _take_off(pool, worker, flying, probing=is_early)
        if not flying:
            return
        done, _ = wait(flying, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        settle([future.result() for future in done], worker=worker)
        for future in done:
            del flying[future]


def _take_off(pool: ThreadPoolExecutor, worker: str, flying: Flying, *, probing: bool) -> None:
    if slots := THREADS - len(flying):
        probes = PROBES - sum(claimed.is_probe for claimed, _ in flying.values()) if probing else 0
        for claimed in claim(worker, slots=slots, probes=probes):
            flying[pool.submit(attempt, claimed)] = claimed, monotonic()


def _headers(claimed: Claimed, at: datetime) -> dict[str, str]:
    """Every header of the request, so that the seller sees what was sent."""
    try:
        host = target_of(claimed.url).host_header
    except AddressRefused:
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
