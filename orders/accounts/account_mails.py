"""Plan account mails: rows of an outbox, written with their fact and sent by a Celery task."""

from datetime import datetime
from uuid import UUID

from orders.events.wakeups import wake_tasks_after_commit
from orders.models import AccountMail, Invitation, User

SEND_TASK = "orders.tasks.send_account_mails"


def mail_invitation(invitation: Invitation) -> None:
    """Mail the link of an invitation."""
    _plan("invitation", invitation.email, invitation=invitation)


def mail_password_reset(email: str) -> None:
    """Mail a link to whoever has this address, if anybody.

    Nobody is looked up before the mail is sent: the answer takes as long for a strange address.
    """
    _plan("password_reset_link", email.lower())


def mail_change(user: User, what: str, *, at: datetime, address: str, browser: str) -> None:
    """Tell a person what changed about the account, from where and with which browser."""
    facts = {"at": at.isoformat(), "address": address, "browser": browser}
    _plan(what, user.email, user=user, facts=facts)


def mail_declined(email: str, business: str) -> None:
    """Tell a business that its application was declined."""
    _plan("application_declined", email, facts={"business": business})


def mail_numbers(user: User, *, facts: dict[str, str]) -> None:
    """Mail a person the numbers of the week, as they were counted now."""
    _plan("weekly_numbers", user.email, user=user, facts=facts)


def mail_order_code(order_id: UUID, nonce: str) -> None:
    """Mail a customer the code that proves who asks; the address is looked up when it leaves."""
    _plan("order_code", "", facts={"order": str(order_id), "nonce": nonce})


def mail_order_link(email: str, number: str) -> None:
    """Mail the link of an order to its customer, if there is one; nobody is looked up before."""
    _plan("order_link", email, facts={"number": number})


def _plan(
    kind: str,
    email: str,
    *,
    user: User | None = None,
    invitation: Invitation | None = None,
    facts: dict[str, str] | None = None,
) -> None:
    AccountMail.objects.create(
        kind=kind, email=email, user=user, invitation=invitation, facts=facts or {}
    )
    wake_tasks_after_commit({SEND_TASK})
