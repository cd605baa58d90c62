"""A picture of a product over HTTP; dashboard and warehouse have an address each."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404

from orders.access import Viewer
from orders.catalogue.pictures import BROKEN, small
from orders.models import Picture

SMALL = 64  # pixels: twice what lists show, for sharp screens
KEPT_FOR = 7 * 24 * 3600  # seconds; another picture has another version in its address
HEADERS = {
    "Cache-Control": f"private, max-age={KEPT_FOR}",
    "Content-Disposition": 'inline; filename="picture.webp"',
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def picture_of(request: HttpRequest, viewer: Viewer, product_id: UUID) -> HttpResponse:
    """The picture of a product that this viewer may see, else 404; with `?small`, for lists."""
    is_small = "small" in request.GET
    rows = Picture.objects.visible_to(viewer).filter(product=product_id)
    version = get_object_or_404(rows.only("version")).version
    tag = f'"{version}{"-small" * is_small}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag} | HEADERS)
    image = bytes(rows.values_list("image", flat=True)[0])
    if is_small:
        try:
            image = small(image, SMALL)
        except BROKEN:
            raise Http404 from None
    return HttpResponse(image, content_type="image/webp", headers={"ETag": tag} | HEADERS)
