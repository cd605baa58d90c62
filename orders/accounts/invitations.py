"""Actions on invitations: invite, withdraw, accept."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from orders.access import Role, Viewer
from orders.accounts.account_mails import mail_invitation
from orders.accounts.members import set_operator
from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import invitation_tokens, new_id, token_hash
from orders.models import Event, Invitation, Member, Seller, User, Warehouse
from orders.row_security import ALL_SELLERS, Reach, reach_of, seeing
from orders.words import say, say_later

LASTS = timedelta(days=7)
MOST_OPEN = 50  # in one place
MOST_A_DAY = 5  # mails to one address
NOT_OPEN = say_later("This invitation is no longer open: ask for a new one.")
BY_OWNER = (Role.OWNER, Role.STAFF)
BY_LEAD = (Role.LEAD, Role.PICKER, Role.PACKER, Role.COURIER)


@dataclass(frozen=True)
class Place:
    """Where a role is held: with a seller, in a building, or (neither) with the operator.

    `business` names a seller that is founded in the building by whoever accepts.
    """

    seller: Seller | None = None
    warehouse: Warehouse | None = None
    business: str = ""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that can be given here."""
        if self.business:
            return (Role.OWNER,)
        if self.seller:
            return BY_OWNER
        return BY_LEAD if self.warehouse else (Role.OPERATOR,)


def may_invite(viewer: Viewer, place: Place) -> bool:
    """Owners invite to their sellers, leads to their buildings, the operator everywhere."""
    if viewer.is_operator:
        return True
    if place.business:
        return False
    if place.seller:
        return place.seller.pk in viewer.through(Role.OWNER).seller_ids
    if place.warehouse:
        return place.warehouse.pk in viewer.through(Role.LEAD).warehouse_ids
    return False


@transaction.atomic(savepoint=False)
def invite(email: str, role: str, place: Place, *, viewer: Viewer) -> Invitation:
    """Mail an invitation; one that is open for the same role is replaced.

    Nothing is said about whether somebody has an account with this address.
    """
    if role not in place.roles or not may_invite(viewer, place):
        raise DomainError(say("You cannot give this role here."))
    if place.business and settings.SELLER_SIGN_UP == "closed":
        raise DomainError("Sellers cannot sign up: SELLER_SIGN_UP is closed.")
    email = email.lower()
    names = {"seller": place.seller, "warehouse": place.warehouse, "business": place.business}
    known = Member.objects.filter(
        user__email=email, role=role, seller=place.seller, warehouse=place.warehouse
    )
    if not place.business and known.exists():
        raise DomainError(say("{email} has this role already.", email=email))
    waiting = Invitation.objects.open()
    here = waiting.filter(seller=place.seller, warehouse=place.warehouse)
    if here.exclude(email=email).count() >= MOST_OPEN:
        raise DomainError(
            say("{most} invitations are open here: withdraw some first.", most=MOST_OPEN)
        )
    now = timezone.now()
    lately = Invitation.objects.filter(email=email, created_at__gt=now - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise DomainError(
            say(
                "{email} got {most} invitations within a day: wait for an answer.",
                email=email,
                most=MOST_A_DAY,
            )
        )
    waiting.filter(email=email, role=role, **names).update(withdrawn_at=now)
    key = new_id()
    invitation = Invitation.objects.create(
        id=key,
        email=email,
        role=role,
        **names,
        token_hash=token_hash(invitation_tokens(key)[0]),
        invited_by=viewer.user,
        expires_at=now + LASTS,
    )
    mail_invitation(invitation)
    _record(invitation, "invitation.sent", viewer.user)
    return invitation


@transaction.atomic(savepoint=False)
def withdraw(invitation: Invitation, *, actor: User) -> Invitation:
    """Withdraw an open invitation: its link stops working."""
    invitation = _open(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    _record(invitation, "invitation.withdrawn", actor)
    return invitation


def invitation_of(token: str) -> Invitation | None:
    """The open invitation that this token belongs to."""
    found = Invitation.objects.open().select_related("seller", "warehouse", "invited_by")
    with seeing(ALL_SELLERS):
        invitation = found.filter(token_hash=token_hash(token)).first()
        return invitation if invitation and _stands(invitation) else None


def reach_with(invitation: Invitation) -> Reach:
    """The rows of its seller or building; all where a seller is founded or an operator made."""
    if invitation.seller_id:
        return reach_of(sellers=[invitation.seller_id])
    if invitation.warehouse_id and not invitation.business:
        return reach_of(buildings=[invitation.warehouse_id])
    return ALL_SELLERS


def has_account(invitation: Invitation) -> bool:
    """Whether the address of this invitation has an account; only its holder may be told."""
    return User.objects.filter(email=invitation.email).exists()


@transaction.atomic(savepoint=False)
def accept(invitation: Invitation, user: User, *, business: str = "") -> Member:
    """Give the role to the user that the invitation is addressed to."""
    invitation = _open(invitation)
    if not _stands(invitation):
        raise DomainError(str(NOT_OPEN))
    if user.email != invitation.email:
        raise DomainError(
            say(
                "This invitation is addressed to {email}: sign in with that.",
                email=invitation.email,
            )
        )
    seller = invitation.seller
    if invitation.business and invitation.warehouse:
        seller = _found_seller(business or invitation.business, invitation, invitation.warehouse)
    member, _ = Member.objects.get_or_create(
        user=user,
        role=invitation.role,
        seller=seller,
        warehouse=None if invitation.business else invitation.warehouse,
    )
    if member.role == Role.OPERATOR:
        set_operator(user, True)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    data = {"role": invitation.role}
    record([Event(seller=seller, kind="member.added", subject_id=member.pk, actor=user, data=data)])
    return member


@transaction.atomic(savepoint=False)
def accept_as_new(invitation: Invitation, *, name: str, password: str, business: str = "") -> User:
    """Make an account for the address of the invitation, and give it the role."""
    invitation = _open(invitation)
    if has_account(invitation):
        raise DomainError(
            say("{email} has an account: sign in with it to accept.", email=invitation.email)
        )
    user = User.objects.create_user(invitation.email, password, name=name)
    accept(invitation, user, business=business)
    return user


def _stands(invitation: Invitation) -> bool:
    """Whether its sender could still send it: who is removed leaves no way back in."""
    sender = invitation.invited_by
    place = Place(invitation.seller, invitation.warehouse, invitation.business)
    return sender.is_active and may_invite(Viewer.of(sender), place)


def _open(invitation: Invitation) -> Invitation:
    """The same row, locked. Raises DomainError where it is not open."""
    found = Invitation.objects.open().select_for_update(no_key=True).filter(pk=invitation.pk)
    row = found.first()
    if row is None:
        raise DomainError(str(NOT_OPEN))
    return row


def _found_seller(business: str, invitation: Invitation, warehouse: Warehouse) -> Seller:
    slug = slugify(business)[:30] or "seller"
    if Seller.objects.filter(slug=slug).exists():
        slug = f"{slug}-{invitation.pk.hex[-8:]}"
    return Seller.objects.create(
        name=business, slug=slug, email=invitation.email, warehouse=warehouse
    )


def _record(invitation: Invitation, kind: str, actor: User) -> None:
    record(
        [
            Event(
                seller_id=invitation.seller_id,
                kind=kind,
                subject_id=invitation.pk,
                actor=actor,
                data={"role": invitation.role},
            )
        ]
    )
