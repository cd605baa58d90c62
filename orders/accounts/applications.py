"""Actions on sellers' applications: apply, confirm, decline."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orders.access import Role, Viewer
from orders.accounts.account_mails import mail_declined
from orders.accounts.invitations import Place, invite
from orders.errors import DomainError
from orders.models import Invitation, SellerApplication, User, Warehouse

OPEN = "open"
MOST_UNDECIDED = 500


def apply(*, business: str, name: str, email: str, note: str) -> None:
    """Keep an application for the operator; one address has one that is undecided."""
    if settings.SELLER_SIGN_UP != OPEN:
        raise DomainError("Sign-up is closed.")
    undecided = SellerApplication.objects.filter(decided_at=None)
    # Said to nobody: an answer that differs would tell who has applied.
    if undecided.filter(email=email.lower()).exists() or undecided.count() >= MOST_UNDECIDED:
        return
    SellerApplication.objects.create(business=business, name=name, email=email.lower(), note=note)


@transaction.atomic(savepoint=False)
def confirm(application: SellerApplication, warehouse: Warehouse, *, viewer: Viewer) -> Invitation:
    """Invite the applicant to found the seller in this building; the link proves the address."""
    application = _undecided(application)
    place = Place(warehouse=warehouse, business=application.business)
    invitation = invite(application.email, Role.OWNER, place, viewer=viewer)
    _decide(application, viewer.user, invitation)
    return invitation


@transaction.atomic(savepoint=False)
def decline(application: SellerApplication, *, actor: User) -> None:
    """Decline an application, and tell the applicant."""
    application = _undecided(application)
    mail_declined(application.email, application.business)
    _decide(application, actor, None)


def _undecided(application: SellerApplication) -> SellerApplication:
    rows = SellerApplication.objects.select_for_update(no_key=True)
    application = rows.get(pk=application.pk)
    if application.decided_at:
        raise DomainError(f"The application of {application.business} is decided already.")
    return application


def _decide(application: SellerApplication, actor: User, invitation: Invitation | None) -> None:
    application.decided_at, application.decided_by = timezone.now(), actor
    application.invitation = invitation
    application.save(update_fields=["decided_at", "decided_by", "invitation"])
