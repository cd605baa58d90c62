"""How a process of a crew begins; imports no model, for Django is not set up before it."""

import django

from orders.row_security import work_for_all_sellers


def begin_process() -> None:
    """Set up Django, and work for all sellers as the command does that starts the crew."""
    django.setup()
    work_for_all_sellers()
