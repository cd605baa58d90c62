"""Celery tasks: calls of shops, files, jobs, promises, holds that end, labels, account mails."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.accounts import mailing
from orders.decisions import bulk_work, ended_holds
from orders.files import working
from orders.intake import calls, differences, linking
from orders.lifecycle import label_sweep
from orders.numbers import many_returns, reading, weekly
from orders.promises import counts, reaching, tomorrow, watching
from orders.pulls import polling
from orders.pushes import planning, sending, stock
from orders.returns import ahead, closing, exchanged
from orders.returns.due import expiry
from orders.returns.labels import sweep as return_labels


@shared_task
def work_off_calls() -> None:
    """Work off the calls of shops, and settle what waited until units were put back."""
    calls.work_off_calls()
    differences.settle_again()


@shared_task
def work_on_imports() -> None:
    """Check and import the files that sellers have uploaded."""
    working.work_on_imports()


@shared_task
def work_on_bulk_jobs() -> None:
    """Do what sellers want done with many orders, one by one."""
    bulk_work.work_on_bulk_jobs()


@shared_task
def tell_shops() -> None:
    """Tell shops what happened to their orders. A restored copy does not: the original has."""
    planning.plan_pushes()
    if not import_string(settings.OUTSIDE_WAITS)():
        sending.tell_shops()


@shared_task
def tell_stock() -> None:
    """Tell shops our stock. A restored copy does not: the original does."""
    if not import_string(settings.OUTSIDE_WAITS)():
        stock.tell_stock()


@shared_task
def ask_shops() -> None:
    """Ask shops for orders that have changed. A restored copy does not: the original does."""
    if not import_string(settings.OUTSIDE_WAITS)():
        polling.ask_shops()


@shared_task
def add_up_promises() -> None:
    """Add up the counts of settled promises, so that the promises page reads few rows."""
    counts.add_up_promises()


@shared_task
def read_numbers() -> None:
    """Read what has happened since, for the numbers of sellers."""
    reading.read_numbers()


@shared_task
def find_many_returns() -> None:
    """Find the products of which clearly more comes back than usual."""
    many_returns.find_many_returns()


@shared_task
def mail_numbers() -> None:
    """Plan the mails about the numbers of the week, on Mondays. A restored copy does not."""
    if not import_string(settings.OUTSIDE_WAITS)():
        weekly.mail_weekly_numbers()


@shared_task
def watch_promises() -> None:
    """Warn of promises at risk, replace those about to break, announce what is due tomorrow."""
    watching.watch_promises()
    tomorrow.announce_tomorrow()


@shared_task
def sweep_labels() -> None:
    """Ask again for labels without an answer, void unwanted ones; ask for those of returns.

    A restored copy does neither: the original may have done it since.
    """
    if not import_string(settings.OUTSIDE_WAITS)():
        label_sweep.sweep_labels()
        return_labels.sweep_return_labels()


@shared_task
def release_ended_holds() -> None:
    """Release the holds whose end has come."""
    ended_holds.release_ended_holds()


@shared_task
def look_after_exchanges() -> None:
    """Call off exchanges whose goods did not come, or remind of them; owe what was called off."""
    now = timezone.now()
    ahead.remind(now)
    exchanged.call_off_late(now)
    closing.owe_called_off(now)


@shared_task
def look_after_returns() -> None:
    """Remind customers to hand in what was approved to come back; end what nobody hands in."""
    now = timezone.now()
    expiry.remind(now)
    expiry.expire(now)


@shared_task
def link_what_is_known() -> None:
    """Link order lines whose product has been added or named since they came."""
    linking.link_what_is_known()


@shared_task
def reach_held_orders() -> None:
    """Look again at orders that no service reached, where a service has changed since."""
    reaching.reach_held_orders()


@shared_task
def send_account_mails() -> None:
    """Send invitations, links for a new password and news about accounts."""
    mailing.send_account_mails()
