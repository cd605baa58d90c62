"""Idempotency keys: an action happens once under its key, and a repeat gets the answer again."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpResponse

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.errors import BadHeader, refusal_of
from fulfillment.api.operations import Header
from fulfillment.serving.problems import answer_problem
from orders.errors import DomainError
from orders.intake.idempotency import (
    KNOWN,
    REFUSED,
    IdempotencyKeyReused,
    IdempotentRequest,
    KeptAnswer,
    complete_answer,
    keep_answer,
)
from orders.values.texts import is_storable

NAME = "Idempotency-Key"
KEY_HEADER = "HTTP_IDEMPOTENCY_KEY"  # the same, as a server names it
LONGEST_KEY = 200
BAD_KEY = [(NAME, f"expected a header of 1 to {LONGEST_KEY} ASCII characters")]
WHAT_IT_IS = (
    "A text of your own, a new one for each request. A repeat under the same key gets the answer "
    "again, also where that was a refusal; another request under it is refused."
)
NEEDED = Header(NAME, WHAT_IT_IS, is_required=True, longest=LONGEST_KEY)
OFFERED = Header(NAME, WHAT_IT_IS, is_required=False, longest=LONGEST_KEY)


def idempotent_request(request: ApiRequest, hashed: bytes) -> IdempotentRequest:
    """The key of a request that must have one; `hashed` tells it from others. Raises BadHeader."""
    return idempotent(request.META, hashed)


def idempotent(meta: Mapping[str, Any], hashed: bytes) -> IdempotentRequest:
    """`idempotent_request`, by the headers of the request (`META`)."""
    key = meta.get(KEY_HEADER, "")
    if not 0 < len(key) <= LONGEST_KEY or not is_storable(key):
        raise BadHeader(BAD_KEY)
    return IdempotentRequest(key, hashlib.sha256(hashed).digest())


def act_once(request: ApiRequest, act: Callable[[], object]) -> HttpResponse | None:
    """Do this once under the key of the request, if it has one; None is done, now or before.

    Returns the refusal, which is kept too. Of a success nothing is kept but that: an answer with an
    address would outlive the erasing of the person.
    """

    def done() -> dict[str, Any]:
        act()
        return {}

    kept = _once(request, done)
    return answer_kept(kept) if kept.status >= REFUSED else None


def make_once(request: ApiRequest, make: Callable[[], UUID]) -> UUID | HttpResponse | None:
    """Make a row once under the key of the request, if it has one: its id, now or before.

    Or the refusal, which is kept too; None: it was made by a version that kept no id.
    """
    kept = _once(request, lambda: {"id": str(make())})
    if kept.status >= REFUSED:
        return answer_kept(kept)
    return UUID(kept.answer["id"]) if "id" in kept.answer else None


def _once(request: ApiRequest, act: Callable[[], dict[str, Any]]) -> KeptAnswer:
    """What is kept of this request; `act` does it and tells what to keep.

    The key is written in the transaction of the action, so that a repeat which comes at the same
    time waits for it.
    """
    if KEY_HEADER not in request.META:
        return KeptAnswer(KNOWN, act())
    once = idempotent_request(request, _whole(request))
    done = KeptAnswer(KNOWN, {"path": request.path})
    try:
        with transaction.atomic():
            kept = keep_answer(request.auth, once, done)
            if kept is done and (told := act()):
                complete_answer(request.auth, once, told)
                kept = KeptAnswer(KNOWN, done.answer | told)
    except IdempotencyKeyReused:
        raise
    except DomainError as error:
        kept = keep_answer(request.auth, once, refusal_to_keep(error))
    return kept


def refusal_to_keep(error: DomainError) -> KeptAnswer:
    """A refusal as it is kept under its key."""
    status, problems = refusal_of(error)
    return KeptAnswer(status, {"errors": [{"field": at, "problem": it} for at, it in problems]})


def answer_kept(kept: KeptAnswer) -> HttpResponse:
    """The response with an answer that was kept."""
    if kept.status >= REFUSED:
        told: list[dict[str, Any]] = kept.answer["errors"]
        return answer_problem(kept.status, [(one["field"], one["problem"]) for one in told])
    content = msgspec.json.encode(kept.answer)
    return HttpResponse(content, content_type="application/json", status=kept.status)


def _whole(request: ApiRequest) -> bytes:
    return f"{request.method} {request.path}\n".encode() + request._request.body
