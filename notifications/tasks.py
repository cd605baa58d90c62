"""Wake-ups of the outbox: each looks for what is due, so a lost or doubled one is harmless."""

from celery import shared_task

from notifications.delivery import recovery, sending
from notifications.reports import receipts
from notifications.reports import stop_words as opting
from notifications.webhooks import retention
from notifications.webhooks import sending as webhooks
from orders.events.wakeups import wake_after_commit


@shared_task
def send_due() -> None:
    """Send the messages that are due."""
    sending.send_due()


@shared_task
def recover_claims() -> None:
    """Return the claims of workers that fell silent, and send what they left."""
    if recovery.recover_claims():
        sending.send_due()


@shared_task
def match_receipts() -> None:
    """Let messages follow what their providers reported before we knew their ids."""
    receipts.match_receipts()
    receipts.forget_strangers()
    opting.forget_texts()


@shared_task
def send_webhooks() -> None:
    """Post the webhooks that are due; where the time is up before all are, go on in a new task."""
    if webhooks.send_due():
        wake_after_commit({"webhook.due"})


@shared_task
def forget_webhooks() -> None:
    """Forget webhooks of last month."""
    retention.forget_old()
