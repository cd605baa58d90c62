"""The Django project: settings, URLs, Celery, servers, pages over all apps; no business rules."""

from fulfillment.celery import app as celery_app

__all__ = ["celery_app"]
