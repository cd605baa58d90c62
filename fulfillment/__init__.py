"""The Django project: settings, URLs, Celery, servers, pages over all apps; no business rules."""

import gc

# A start imports two thousand modules, of which nothing is garbage, and searched them for it twenty
# times: a seventh of its time.
gc.set_threshold(50_000, 20, 20)

from fulfillment.celery import app as celery_app  # noqa: E402 - what it imports is the most of it

__all__ = ["celery_app"]
