"""`/api/v1/aliases/`: what sales channels call products, beside their SKUs."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.catalogue.products import REFUSALS, Code, Sku
from fulfillment.api.decoding import Shape
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.rows import Next, Query, RowDetail, RowList
from orders.access import Scope, Viewer
from orders.errors import InvalidInput
from orders.lifecycle.aliases import forget
from orders.lifecycle.holds import name_product
from orders.models import Product, SalesChannel, SkuAlias

TAG = "Products"
LONGEST_NAME = 80
ChannelName = Annotated[
    str, Meta(min_length=1, max_length=LONGEST_NAME, description="As orders name their channel.")
]


class NewAlias(msgspec.Struct, forbid_unknown_fields=True):
    """What a channel calls a product, as `POST /api/v1/aliases/` takes it."""

    channel: ChannelName
    sku: Annotated[Code, Meta(description="The SKU in the channel; capitals do not matter.")]
    product: Annotated[UUID, Meta(description="Its id.")]


class Alias(msgspec.Struct):
    """A channel means this product by this SKU."""

    id: UUID
    channel: str
    sku: Annotated[str, Meta(description="In small letters.")]
    product: UUID
    product_sku: str
    learnt_at: Moment


class AliasPage(msgspec.Struct):
    """A page of aliases, the newest first."""

    aliases: list[Alias]
    next: Next


class AliasQuery(Query):
    """Filters of the list."""

    product: UUID | None = None
    sku: Sku | None = None


NEW = Shape(NewAlias)
EXAMPLE = {
    "channel": "Shop", "sku": "brass-lamp-40", "product": "01a1f7a0-5a3c-7d0e-8a61-0d5c4f2f9b11",
}  # fmt: skip


class AliasList(RowList):
    """`GET`: a page of aliases; `POST`: a new one."""

    tag = TAG
    scopes = {"GET": Scope.READ, "POST": Scope.STOCK}
    operations = {
        "GET": Operation(
            "listAliases", "List names in channels", {200: AliasPage}, query=AliasQuery
        ),
        "POST": Operation(
            "createAlias",
            "Say what a channel calls a product",
            {201: Alias},
            REFUSALS,
            "Order lines that wait with this SKU are linked, and their orders go on.",
            body=NewAlias,
            examples={"A name": EXAMPLE},
        ),
    }

    def select(self, viewer: Viewer, wanted: AliasQuery) -> QuerySet[Any]:
        rows = _rows(viewer)
        if wanted.product:
            rows = rows.filter(product=wanted.product)
        return rows.filter(sku=wanted.sku.lower()) if wanted.sku else rows

    def describe(self, row: SkuAlias) -> Alias:
        return _describe(row)

    def post(self, request: ApiRequest) -> HttpResponse:
        given, _ = NEW.read(request._request.body)
        viewer = request._request.viewer
        channels = SalesChannel.objects.visible_to(viewer).filter(name=given.channel)
        product = Product.objects.visible_to(viewer).filter(pk=given.product).first()
        channel = channels.order_by("pk").first()
        problems = [
            (field, f"expected {what} of this seller")
            for field, row, what in (
                ("channel", channel, "the name of a channel"),
                ("product", product, "the id of a product"),
            )
            if row is None
        ]
        if channel is None or product is None:
            raise InvalidInput(problems)
        alias, _ = name_product(product, channel, given.sku, actor=None)
        return answer(_describe(alias), 201)


class AliasDetail(RowDetail):
    """`GET`: an alias; `DELETE`: forget it."""

    tag, what = TAG, "alias"
    scopes = {"GET": Scope.READ, "DELETE": Scope.STOCK}
    operations = {
        "GET": Operation("getAlias", "Read a name in a channel", {200: Alias}, (404,)),
        "DELETE": Operation(
            "forgetAlias",
            "Forget what a channel calls a product",
            {200: Alias},
            (404,),
            "The next order with this SKU is held again; lines that are linked stay so.",
        ),
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _rows(viewer)

    def describe(self, row: SkuAlias) -> Alias:
        return _describe(row)

    def delete(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        told = _describe(row)
        forget(row, actor=None)
        return answer(told)


def _rows(viewer: Viewer) -> QuerySet[SkuAlias]:
    return SkuAlias.objects.visible_to(viewer).select_related("channel", "product")


def _describe(row: SkuAlias) -> Alias:
    return Alias(
        id=row.pk,
        channel=row.channel.name,
        sku=row.sku,
        product=row.product_id,
        product_sku=row.product.sku,
        learnt_at=row.learnt_at,
    )
