"""Celery tasks of the outbox and of webhooks; a lost or doubled wake-up is harmless."""

from celery import shared_task

from notifications.delivery import daily_counts, recovery, sending
from notifications.reports import opt_outs, receipts
from notifications.webhooks import retention
from notifications.webhooks import sending as webhooks
from orders.events.wakeups import wake_after_commit


@shared_task
def send_due() -> None:
    """Send the messages that are due."""
    sending.send_due()


@shared_task
def count_messages() -> None:
    """Count the messages of the last days by outcome, for the numbers of sellers."""
    daily_counts.count_messages()


@shared_task
def recover_claims() -> None:
    """Return the claims of dead workers to the outbox, and send them."""
    if recovery.recover_claims():
        sending.send_due()


@shared_task
def match_receipts() -> None:
    """Match delivery reports that came before their message was settled; delete old rows."""
    receipts.match_receipts()
    receipts.delete_unmatched()
    opt_outs.delete_old_texts()


@shared_task
def send_webhooks() -> None:
    """Post due webhooks; when the time is over before all are posted, go on in a new task."""
    if webhooks.send_due():
        wake_after_commit({"webhook.due"})


@shared_task
def forget_webhooks() -> None:
    """Delete webhook deliveries that are older than RETAIN_WEBHOOKS_DAYS."""
    retention.delete_old()
