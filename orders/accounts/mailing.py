"""Send account mails: claim with a lease, mail with no transaction open, settle."""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from anymail.exceptions import AnymailError
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template import engines
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from orders.access import SELLER_ROLES, Viewer
from orders.keys import invitation_tokens, token_hash
from orders.models import AccountMail, Invitation, User
from orders.statements import is_outage

log = logging.getLogger(__name__)

BATCH = 10
# Longer than a provider may take for each mail of a batch.
LEASE = timedelta(minutes=10)
# A link that comes a day late helps nobody, and the backup of a day ago repeats none.
TOO_LATE = timedelta(days=1)
KEPT = timedelta(days=30)
# Until a mail is tried again, by how often it was tried.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60)]

JOIN_PATH = "/join/{token}/"
RESET_PATH = "/accounts/password/new/{uid}/{token}/"
ACCOUNT_PATH = "/accounts/"
FORGOTTEN_PATH = "/accounts/password/reset/"


class Letter(NamedTuple):
    """A mail as it leaves."""

    to: str
    subject: str
    body: str


def send_account_mails() -> int:
    """Send what is due, and forget what was settled long ago; how many were sent."""
    sent = 0
    while rows := _claim():
        sent += sum(_send(row) for row in rows)
    AccountMail.objects.filter(settled_at__lt=timezone.now() - KEPT).delete()
    return sent


@transaction.atomic
def _claim() -> list[AccountMail]:
    now = timezone.now()
    due = AccountMail.objects.filter(settled_at=None, due_at__lte=now)
    rows = list(due.select_for_update(skip_locked=True).order_by("due_at")[:BATCH])
    AccountMail.objects.filter(pk__in=[row.pk for row in rows]).update(
        due_at=now + LEASE, attempts=F("attempts") + 1
    )
    return rows


def _send(row: AccountMail) -> bool:
    """Whether it was sent; `row` is as it was before the claim."""
    try:
        letter = _letter(row) if timezone.now() - row.created_at < TOO_LATE else None
    except Exception as error:  # of one mail, such as its facts: the others are sent
        if is_outage(error):
            raise
        _put_off(row, type(error).__name__)
        return False
    if letter is None:
        _settle(row, cause="unwanted")
        return False
    mail = EmailMessage(
        letter.subject,
        letter.body.strip() + "\n",
        to=[letter.to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (OSError, smtplib.SMTPException, AnymailError, ValueError) as error:
        _put_off(row, type(error).__name__)
        return False
    _settle(row)
    return True


def _put_off(row: AccountMail, cause: str) -> None:
    log.warning("account mail %s not sent: %s", row.pk, cause)
    if row.attempts >= len(PAUSES):
        _settle(row, cause=cause)
        return
    due_at = timezone.now() + PAUSES[row.attempts]
    AccountMail.objects.filter(pk=row.pk, settled_at=None).update(due_at=due_at)


def _settle(row: AccountMail, *, cause: str = "") -> None:
    done: dict[str, Any] = {"settled_at": timezone.now(), "cause": cause}
    if row.kind in settings.CUSTOMER_MAILS:
        # What a stranger typed is not kept; customers are erased from their orders.
        done |= {"email": "", "facts": {}}
    AccountMail.objects.filter(pk=row.pk).update(**done)


def _letter(row: AccountMail) -> Letter | None:
    """The mail; None where nobody needs it any more."""
    if path := settings.CUSTOMER_MAILS.get(row.kind):
        letter: Letter | None = import_string(path)(row)
        return letter
    facts = _facts(row)
    if facts is None:
        return None
    subject, _, body = _words(row.kind, facts).partition("\n")
    return Letter(row.email, subject, body)


def _words(kind: str, facts: dict[str, Any]) -> str:
    """In the language that was chosen when it was planned, else in English."""
    template = engines["text"].get_template(f"account/mails/{kind}.txt")
    with translation.override(facts.get("language", "en")):
        return str(template.render(facts | {"site": settings.SITE_URL})).strip()


def _facts(row: AccountMail) -> dict[str, Any] | None:
    """What the words of a mail need; None where nobody needs it any more."""
    return FACTS.get(row.kind, _of_change)(row)


def _of_invitation(row: AccountMail) -> dict[str, Any] | None:
    found = Invitation.objects.open().filter(account_mails=row)
    invitation = found.select_related("seller__warehouse", "warehouse", "invited_by").first()
    if invitation is None:
        return None
    kept = bytes(invitation.token_hash)
    tokens = (each for each in invitation_tokens(invitation.pk) if token_hash(each) == kept)
    token = next(tokens, None)
    if token is None:  # made under a key that is no longer known
        return None
    link = settings.SITE_URL + JOIN_PATH.format(token=token)
    building = invitation.warehouse or (invitation.seller and invitation.seller.warehouse)
    zone = building.time_zone if building else "UTC"
    return {"invitation": invitation, "link": link, "zone": zone}


def _of_reset(row: AccountMail) -> dict[str, Any] | None:
    user = User.objects.filter(email=row.email, is_active=True).first()
    if user is None:
        return None
    token = default_token_generator.make_token(user)
    path = RESET_PATH.format(uid=user.pk.hex, token=token)
    return {"user": user, "link": settings.SITE_URL + path}


def _of_change(row: AccountMail) -> dict[str, Any] | None:
    at = row.facts.get("at")
    # Whoever changed it knows the new one, and its owner does not: the way back in is a mail.
    is_password = row.kind in ("password_changed", "password_reset", "password_set")
    return {
        **row.facts,
        "at": datetime.fromisoformat(at) if at else None,
        "user": row.user,
        "zone": Viewer.of(row.user).zone if row.user else "UTC",
        "link": settings.SITE_URL + (FORGOTTEN_PATH if is_password else ACCOUNT_PATH),
    }


def _of_numbers(row: AccountMail) -> dict[str, Any] | None:
    """None for who has switched it off since, or is with no seller any more."""
    user = row.user
    if user is None or not (user.is_active and user.mails_numbers):
        return None
    if not Viewer.of(user).has_role(*SELLER_ROLES):
        return None
    return {**row.facts, "user": user, "link": settings.SITE_URL + ACCOUNT_PATH}


FACTS: dict[str, Callable[[AccountMail], dict[str, Any] | None]] = {
    "invitation": _of_invitation,
    "password_reset_link": _of_reset,
    "weekly_numbers": _of_numbers,
}
