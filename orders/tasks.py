"""Wake-ups of what was promised."""

from celery import shared_task

from orders.lifecycle import label_sweep
from orders.promises import tomorrow, watching


@shared_task
def watch_promises() -> None:
    """Warn of promises at risk, replace those about to break, and announce what comes tomorrow."""
    watching.watch_promises()
    tomorrow.announce_tomorrow()


@shared_task
def work_off_labels() -> None:
    """Ask carriers again for labels without an answer, and void those that nobody wants."""
    label_sweep.work_off_labels()
