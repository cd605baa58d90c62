"""Whether a product has a place in the books of the warehouse."""

from orders.models import Product
from warehouse.models import Supply


def why_sku_stays(product: Product) -> str:
    """Why the SKU of a product can no longer change; "" where it was never received."""
    held = Supply.objects.filter(product=product).exists()
    return "it has been in the warehouse, and papers and labels there name it" if held else ""
