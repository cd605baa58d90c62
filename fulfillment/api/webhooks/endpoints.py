"""`/api/v1/webhooks/`: the URLs to which events are posted; a secret is answered only once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from msgspec import UNSET, Meta, UnsetType

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.decoding import Shape
from fulfillment.api.errors import NotThere
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.rows import ApiView, Next, Query, RowDetail, RowList, columns_of
from notifications.models import Endpoint
from notifications.webhooks.endpoints import (
    MOST_ENDPOINTS,
    add_endpoint,
    change_endpoint,
    delete_endpoint,
    rotate_secret,
)
from notifications.webhooks.kinds import KINDS
from orders.access import Scope, Viewer
from orders.errors import InvalidInput
from orders.models import Seller
from orders.outside.ssrf_guard import LONGEST, UrlRefused

TAG = "Webhooks"
LONGEST_DESCRIPTION = 120
ABOUT_KINDS = "Kinds of events; empty: all. Each includes its undo."
ABOUT_URL = "Empty where the key may change webhooks, but not read them."
UNKNOWN_KIND = "expected a kind of event, like shipment.packed"
ONCE = "It signs what is posted. Only this answer has it: keep it."
Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST,
        description="https, on port 443 or 8443 of a public server.",
        examples=["https://shop.example/hooks"],
    ),
]
Description = Annotated[str, Meta(max_length=LONGEST_DESCRIPTION)]
Kinds = Annotated[
    list[str],
    Meta(max_length=len(KINDS), description=ABOUT_KINDS, examples=[["shipment.packed"]]),
]


class Webhook(msgspec.Struct):
    """A URL of a seller's system to which events are posted."""

    id: UUID
    url: Annotated[str, Meta(description=ABOUT_URL)]
    description: str
    kinds: Annotated[list[str], Meta(description=ABOUT_KINDS)]
    state: Annotated[
        Literal["active", "failing", "paused", "disabled"],
        Meta(description="`disabled`: its system has answered 410."),
    ]
    failing_since: Moment | None
    created_at: Moment


class WebhookWithSecret(Webhook):
    """A webhook with its new secret."""

    secret: Annotated[str, Meta(description=ONCE, examples=["whsec_…"])]


class WebhookPage(msgspec.Struct):
    """A page of webhooks, the newest first."""

    webhooks: list[Webhook]
    next: Next


class NewWebhook(msgspec.Struct, forbid_unknown_fields=True):
    """A webhook as `POST /api/v1/webhooks/` takes it."""

    url: Url
    description: Description = ""
    kinds: Kinds = []


class WebhookChange(msgspec.Struct, forbid_unknown_fields=True):
    """What `PATCH` takes: what is left out stays."""

    url: Url | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    kinds: Kinds | UnsetType = UNSET
    is_paused: bool | UnsetType = UNSET


NEW, CHANGE = Shape(NewWebhook), Shape(WebhookChange)
REFUSALS = (400, 409, 413, 422)
SAMPLE = {
    "url": "https://shop.example/hooks", "description": "Our shop",
    "kinds": ["shipment.handed_over", "package.delivered"],
}  # fmt: skip


class WebhookList(RowList):
    """`GET`: a page of webhooks; `POST`: add one. A URL may hold a secret: its scope is its own."""

    tag = TAG
    scopes = {"GET": Scope.WEBHOOKS, "POST": Scope.CHANGE_WEBHOOKS}
    operations = {
        "GET": Operation("listWebhooks", "List webhooks", {200: WebhookPage}, query=Query),
        "POST": Operation(
            "addWebhook",
            "Add a webhook",
            {201: WebhookWithSecret},
            REFUSALS,
            f"Events are posted from now on. A seller has at most {MOST_ENDPOINTS}. The secret is "
            "never shown again, so a repeat of this request adds another one.",
            body=NewWebhook,
            examples={"Two kinds of events": SAMPLE, "All events": {"url": SAMPLE["url"]}},
        ),
    }

    def select(self, viewer: Viewer, wanted: Query) -> QuerySet[Any]:
        return _rows(viewer)

    def describe(self, row: Endpoint) -> Webhook:
        return Webhook(**columns_of(Webhook, row))

    def post(self, request: ApiRequest) -> HttpResponse:
        given, _ = NEW.read(request._request.body)
        seller = Seller.objects.visible_to(request._request.viewer).get(pk=request.auth.seller.pk)
        _check_kinds(given.kinds)
        with _of_url():
            row, secret = add_endpoint(seller, actor=None, **msgspec.structs.asdict(given))
        told = columns_of(Webhook, row)
        return answer(WebhookWithSecret(**told, secret=secret), 201)


class WebhookDetail(RowDetail):
    """`GET`: a webhook; `PATCH`: change, pause or resume it; `DELETE`: delete it."""

    tag, what = TAG, "webhook"
    scopes = {
        "GET": Scope.WEBHOOKS,
        "PATCH": Scope.CHANGE_WEBHOOKS,
        "DELETE": Scope.CHANGE_WEBHOOKS,
    }
    operations = {
        "GET": Operation("getWebhook", "Read a webhook", {200: Webhook}, (404,)),
        "PATCH": Operation(
            "changeWebhook",
            "Change a webhook",
            {200: Webhook},
            (*REFUSALS, 404),
            "What is left out stays as it is. Waiting deliveries go to a new URL. `is_paused` "
            "pauses it, and its deliveries wait, or resumes it, also one that was `disabled`.",
            body=WebhookChange,
            examples={
                "Another URL": {"url": "https://shop.example/new-hooks"},
                "Paused": {"is_paused": True},
            },
        ),
        "DELETE": Operation(
            "deleteWebhook",
            "Delete a webhook",
            {200: Webhook},
            (404, 409),
            "Nothing more is posted, also nothing that waits.",
        ),
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _rows(viewer)

    def describe(self, row: Endpoint) -> Webhook:
        return Webhook(**columns_of(Webhook, row))

    def patch(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        given, _ = CHANGE.read(request._request.body)
        fields = {
            name: value
            for name, value in msgspec.structs.asdict(given).items()
            if value is not UNSET
        }
        _check_kinds(fields.get("kinds", []))
        with _of_url():
            change_endpoint(row, actor=None, **fields)
        return answer(told_of(request, self.find(request, id)))

    def delete(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        told = told_of(request, row)
        delete_endpoint(row, actor=None)
        return answer(told)


class RotateSecret(ApiView):
    """`POST /api/v1/webhooks/<id>/rotate/`."""

    tag = TAG
    scopes = {"POST": Scope.CHANGE_WEBHOOKS}
    operations = {
        "POST": Operation(
            "rotateWebhookSecret",
            "Make a new secret",
            {200: WebhookWithSecret},
            (404, 409),
            "For a day the former secret signs too, and the header has two signatures. A repeat "
            "makes another one, and the one before the former signs no more.",
        )
    }

    def post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row, secret = rotate_secret(find_webhook(request, id), actor=None)
        told = msgspec.structs.asdict(told_of(request, row))
        return answer(WebhookWithSecret(**told, secret=secret))


def find_webhook(request: ApiRequest, id: UUID) -> Endpoint:
    """The webhook with this id. Raises NotThere."""
    row = _rows(request._request.viewer).filter(pk=id).first()
    if row is None:
        raise NotThere("webhook")
    return row


def told_of(request: ApiRequest, row: Endpoint) -> Webhook:
    """A webhook as who changed it reads it: its URL only with the right to read webhooks."""
    told = columns_of(Webhook, row)
    if Scope.WEBHOOKS not in request._request.viewer.scopes:
        told["url"] = ""
    return Webhook(**told)


def _rows(viewer: Viewer) -> QuerySet[Endpoint]:
    return Endpoint.objects.visible_to(viewer).filter(deleted_at__isnull=True)


def _check_kinds(kinds: list[str]) -> None:
    problems = [
        (f"kinds[{index}]", UNKNOWN_KIND) for index, kind in enumerate(kinds) if kind not in KINDS
    ]
    if problems:
        raise InvalidInput(problems)


@contextmanager
def _of_url() -> Iterator[None]:
    """What the guard refuses is a problem of the field."""
    try:
        yield
    except UrlRefused as error:
        raise InvalidInput([("url", str(error))]) from None
