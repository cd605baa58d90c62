"""Categories of products: a seller's own words, compared without case and without outer blanks."""

from django.db.models import QuerySet

from orders.models import Product

MOST_CATEGORIES = 200


def folded(category: str) -> str:
    """A category as it is compared with another."""
    return category.strip().casefold()


def categories_in_use(products: QuerySet[Product]) -> list[str]:
    """The categories of products, each in one of its spellings, by the alphabet."""
    rows = products.exclude(category="").order_by("category").values_list("category", flat=True)
    found: dict[str, str] = {}
    for category in rows.distinct()[:MOST_CATEGORIES]:
        found.setdefault(folded(category), category)
    return sorted(found.values(), key=str.casefold)
