"""Wiring: settings, addresses, Celery, servers. No rules of the trade live here."""

from fulfillment.celery import app as celery_app

__all__ = ["celery_app"]
