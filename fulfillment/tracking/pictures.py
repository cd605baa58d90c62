"""Pictures that a tracking page shows: of its products, and of what came back."""

from uuid import UUID

from fulfillment.tracking.queries import Tracked
from orders.models import OrderLine, Picture, ProblemPhoto


def picture_of(tracked: Tracked, line_id: UUID) -> bytes | None:
    """The picture of the product of a line of this order, a kit's too; None where there is none."""
    if line_id not in {row.id for row in (*tracked.lines, *tracked.kits)}:
        return None
    lines = OrderLine.objects.filter(pk=line_id, order=tracked.order.pk)
    rows = Picture.objects.filter(product__in=lines.values("product"))
    found = rows.values_list("image", flat=True).first()
    return bytes(found) if found else None


def photo_of_return(tracked: Tracked, photo_id: UUID) -> bytes | None:
    """The photo of what came of a line of this order, where its customer may see that."""
    shown = {pk for row in tracked.returns for part in row.lines for pk in row.photos_of(part)}
    if photo_id not in shown:
        return None
    found = ProblemPhoto.objects.values_list("image", flat=True).filter(pk=photo_id).first()
    return bytes(found) if found is not None else None
