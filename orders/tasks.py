"""Celery tasks of this app: the promise watcher and the label sweep."""

from celery import shared_task

from orders.lifecycle import label_sweep
from orders.promises import tomorrow, watching


@shared_task
def watch_promises() -> None:
    """Warn of promises at risk, replace those about to break, announce what is due tomorrow."""
    watching.watch_promises()
    tomorrow.announce_tomorrow()


@shared_task
def sweep_labels() -> None:
    """Retry label requests without an answer, and void unwanted labels at the carrier."""
    label_sweep.sweep_labels()
