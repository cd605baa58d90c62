"""Accept orders of the API: one under its idempotency key, or many, each with its own answer."""

from typing import Annotated

import msgspec
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.idempotency import answer_kept, refusal_to_keep
from fulfillment.api.orders.shapes import read_order
from fulfillment.serving.problems import FieldProblem
from orders.errors import InvalidInput
from orders.intake.acceptance import accept_order
from orders.intake.idempotency import (
    CREATED,
    KNOWN,
    IdempotentRequest,
    KeptAnswer,
    RefusedBefore,
    keep_answer,
)
from orders.intake.proving import KeyProof, Unproven
from orders.models import SalesChannel
from orders.shops.reading import NotJson


class AcceptedOrder(msgspec.Struct, omit_defaults=True):
    """An order that we hold. The customer may see `tracking_url`."""

    id: str
    number: str
    reference: str
    tracking_url: str
    notices: Annotated[
        list[FieldProblem],
        Meta(description="What of it is not used, and why. Not there where all of it is."),
    ] = []


def accept_one(channel: SalesChannel, body: bytes, request: IdempotentRequest) -> HttpResponse:
    """The answer to a request, a refusal as well; the same again to its repeat."""
    return answer_kept(_accepted(channel, body, request))


def accept_new(
    channel: SalesChannel, body: bytes, request: IdempotentRequest, proof: KeyProof
) -> HttpResponse | None:
    """The answer to a new order of a key that is as it was; None for all else, of which nothing is
    written.
    """
    try:
        accepted = accept_order(channel, read_order(body), request, proof=proof)
    except (NotJson, InvalidInput, Unproven):
        return None
    return answer_kept(KeptAnswer(CREATED, accepted.answer))


def _accepted(channel: SalesChannel, body: bytes, request: IdempotentRequest) -> KeptAnswer:
    try:
        accepted = accept_order(channel, read_order(body), request)
    except (NotJson, InvalidInput) as error:
        return keep_answer(channel, request, refusal_to_keep(error))
    except RefusedBefore as error:
        return error.kept
    return KeptAnswer(CREATED if accepted.is_new else KNOWN, accepted.answer)
