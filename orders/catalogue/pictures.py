"""Pictures of products: decoded, bounded and drawn again; nothing else of a file is kept."""

import struct
import zlib
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from PIL import Image, ImageOps

from orders.catalogue.history import keep
from orders.errors import DomainError, InvalidInput
from orders.models import Picture, Product, User
from orders.words import say, say_later
from orders.words.writing import grouped

FORMATS = ("PNG", "JPEG", "WEBP")  # nothing else is even looked at
MOST_BYTES = 5 * 2**20
MOST_PIXELS = 25_000_000  # 100 MB while it is drawn
QUALITY = 82
# What decoders of broken files raise.
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, EOFError, OverflowError, IndexError, struct.error,
    zlib.error, Image.DecompressionBombError,
)  # fmt: skip
FIELD = "picture"
NOT_A_PICTURE = say_later("expected a PNG, JPEG or WebP picture")


def keep_picture(product: Product, content: bytes, *, actor: User | None) -> Picture:
    """Make this the picture of a product. Raises InvalidInput."""
    image, size = drawn_again(content)
    version = sha256(image).hexdigest()[:16]
    with transaction.atomic():
        row = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        before = _words(row)
        picture, _ = Picture.objects.update_or_create(
            product=row,
            defaults={
                "seller_id": row.seller_id,
                "image": image,
                "width": size[0],
                "height": size[1],
                "version": version,
                "added_by": actor,
            },
        )
        keep(row, "changed", {FIELD: (before, str(picture))}, actor=actor)
    return picture


@transaction.atomic(savepoint=False)
def remove_picture(product: Product, *, actor: User | None) -> None:
    """Remove the picture of a product. Raises DomainError where there is none."""
    row = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    if not (before := _words(row)):
        raise DomainError(say("{sku} has no picture.", sku=row.sku))
    Picture.objects.filter(product=row).delete()
    keep(row, "changed", {FIELD: (before, "")}, actor=actor)


def versions(product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """{id of a product with a picture: its version, a part of the picture's address}."""
    rows = Picture.objects.filter(product__in=set(product_ids))
    return dict(rows.values_list("product", "version"))


def version_of(product: str) -> Subquery:
    """The same for a queryset with this look-up path to a product; None without a picture."""
    return Subquery(Picture.objects.filter(product=OuterRef(product)).values("version")[:1])


def drawn_again(content: bytes) -> tuple[bytes, tuple[int, int]]:
    """(a WebP without metadata, its size), within LARGEST_SIDE. Raises InvalidInput."""
    if len(content) > MOST_BYTES:
        raise InvalidInput([(FIELD, say("expected at most {most} MB", most=MOST_BYTES // 2**20))])
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise InvalidInput(
                    [(FIELD, say("expected at most {most} pixels", most=grouped(MOST_PIXELS)))]
                )
            return _drawn(image)
    except BROKEN:
        raise InvalidInput([(FIELD, str(NOT_A_PICTURE))]) from None


def small(image: bytes, side: int) -> bytes:
    """A picture that we drew before, as a WebP no larger than `side` pixels."""
    with Image.open(BytesIO(image), formats=("WEBP",)) as large:
        large.thumbnail((side, side))
        out = BytesIO()
        large.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def _drawn(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    side = Picture.LARGEST_SIDE
    image.draft("RGB", (2 * side, 2 * side))  # a JPEG is read smaller, in a fraction of the time
    mode = "RGBA" if image.has_transparency_data else "RGB"
    small = image if image.mode == mode else image.convert(mode)
    small.thumbnail((side, side))
    upright = ImageOps.exif_transpose(small)  # as the camera was held; its other notes go
    clean = Image.new(mode, upright.size)
    clean.paste(upright)
    out = BytesIO()
    clean.save(out, "WEBP", quality=QUALITY)
    return out.getvalue(), clean.size


def _words(product: Product) -> str:
    """“800 × 600”, or nothing; without reading the image."""
    found = Picture.objects.filter(product=product).only("width", "height").first()
    return str(found) if found else ""
