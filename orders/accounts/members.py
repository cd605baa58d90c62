"""Actions on members: take a role away, end all sessions of a person."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from orders.access import Role
from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Member, Seller, User
from orders.words import inside, say

LAST_STAYS = (Role.OWNER, Role.OPERATOR)


@transaction.atomic(savepoint=False)
def remove_member(member: Member, *, actor: User) -> User:
    """Take a role away and end the person's sessions; a seller keeps one owner."""
    if member.seller_id:
        # Two owners who take each other's role away come one after the other.
        Seller.objects.select_for_update(no_key=True).get(pk=member.seller_id)
    if member.role == Role.OPERATOR:  # so do two operators, who have no seller
        list(Member.objects.select_for_update().filter(role=Role.OPERATOR).order_by("pk"))
    rows = Member.objects.select_for_update(of=("self",)).select_related("user")
    if (current := rows.filter(pk=member.pk).first()) is None:
        raise DomainError(say("{user} has lost this role already.", user=member.user))
    member = current
    if member.role in LAST_STAYS and not _others(member):
        raise DomainError(
            say(
                "{user} is the last {role}: invite another one before this one leaves.",
                user=member.user,
                role=inside(say(member.get_role_display())),
            )
        )
    user = member.user
    record(
        [
            Event(
                seller_id=member.seller_id,
                kind="member.removed",
                subject_id=member.pk,
                actor=actor,
                data={"role": member.role},
            )
        ]
    )
    member.delete()
    if member.role == Role.OPERATOR:
        set_operator(user, False)
    end_sessions(user)
    return user


def set_operator(user: User, is_operator: bool) -> None:
    """Open or close the admin to a user: Django asks these two columns."""
    user.is_staff = user.is_superuser = is_operator
    user.save(update_fields=["is_staff", "is_superuser"])


def end_operator(user: User) -> None:
    """Take away what is left of an operator whom the admin closed to: the role and the sessions."""
    Member.objects.filter(user=user, role=Role.OPERATOR).delete()
    end_sessions(user)


def end_sessions(user: User) -> None:
    """End every session of a person, also one that no list knows."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])


def with_last(members: QuerySet[Member]) -> QuerySet[Member]:
    """Members with `is_last`: the one whom `remove_member` would refuse to remove."""
    others = Member.objects.filter(
        Q(seller=OuterRef("seller")) | Q(role=Role.OPERATOR),
        role=OuterRef("role"),
        user__is_active=True,
    ).exclude(pk=OuterRef("pk"))
    return members.annotate(is_last=Q(role__in=LAST_STAYS) & ~Exists(others))


def _others(member: Member) -> bool:
    same = Member.objects.filter(seller=member.seller, role=member.role, user__is_active=True)
    return same.exclude(pk=member.pk).exists()
