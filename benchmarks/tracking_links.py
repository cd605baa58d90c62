"""Prints the paths of tracking pages of seeded orders, as many as asked for."""

import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.utils import timezone  # noqa: E402 - models need the set-up above

from fulfillment.tracking.queries import find_tracked  # noqa: E402
from orders.models import Order  # noqa: E402


def main() -> None:
    """A link a line, newest orders first; links that have expired are left out."""
    wanted, now = int(sys.argv[1]), timezone.now()
    for order in Order.objects.order_by("-created_at")[: wanted * 2].iterator():
        if wanted and find_tracked(order.token, now):
            wanted -= 1
            print(f"/track/{order.token}/")


if __name__ == "__main__":
    main()
