"""`/api/v1/products/<id>/picture/`: the picture of a product, in base64."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.catalogue.products import REFUSALS
from fulfillment.api.decoding import Shape
from fulfillment.api.errors import NotThere
from fulfillment.api.operations import Operation, answer
from fulfillment.api.rows import RowDetail
from orders.access import Scope, Viewer
from orders.catalogue.pictures import MOST_BYTES, keep_picture, remove_picture
from orders.models import Product

# A picture of one dot.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


class NewPicture(msgspec.Struct, forbid_unknown_fields=True):
    """A PNG, JPEG or WebP file; of a moving one the first picture."""

    picture: Annotated[
        bytes,
        Meta(description=f"In base64; at most {MOST_BYTES // 2**20} MB and 25 million pixels."),
    ]


class Picture(msgspec.Struct):
    """The picture of a product as we drew it again, without what the file said beside it."""

    product: UUID
    picture: Annotated[bytes, Meta(description="A WebP in base64.")]
    width: int
    height: int
    version: Annotated[str, Meta(description="Another picture has another one.")]


NEW = Shape(NewPicture)


class PictureDetail(RowDetail):
    """`GET`, `PUT` and `DELETE` of the picture of a product."""

    tag, what = "Products", "product"
    scopes = {"GET": Scope.READ, "PUT": Scope.STOCK, "DELETE": Scope.STOCK}
    operations = {
        "GET": Operation("getPicture", "Read a product's picture", {200: Picture}, (404,)),
        "PUT": Operation(
            "putPicture",
            "Give a product its picture",
            {200: Picture},
            (*REFUSALS, 404),
            "It takes the place of the former one.",
            body=NewPicture,
            examples={"A dot": {"picture": DOT}},
        ),
        "DELETE": Operation(
            "removePicture", "Remove a product's picture", {200: Picture}, (404, 409)
        ),
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return Product.objects.visible_to(viewer).select_related("picture")

    def describe(self, row: Product) -> Picture:
        if not hasattr(row, "picture"):
            raise NotThere("picture")
        found = row.picture
        return Picture(
            product=row.pk,
            picture=bytes(found.image),
            width=found.width,
            height=found.height,
            version=found.version,
        )

    def put(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        given, _ = NEW.read(request._request.read())  # larger than what Django keeps as a body
        keep_picture(row, given.picture, actor=None)
        return answer(self.describe(self.find(request, id)))

    def delete(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        told = self.describe(row)
        remove_picture(row, actor=None)
        return answer(told)
