"""A user of the portal, as staff: exported as JSON; erased, while what they did stays."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import CASCADE, Count, Max, Min
from django.utils import timezone

from orders.access import Role
from orders.errors import DomainError
from orders.events.recording import record
from orders.models import AccountMail, Event, Invitation, Member, SellerApplication, User
from orders.words import say
from warehouse.models import Device, PickList, Run, Scan
from warehouse.states import PICK_LIST_BEGUN, RunStatus

NAME = "Erased"
DONE = {"times": Count("pk"), "first": Min("at"), "last": Max("at")}
USER = ("id", "email", "name", "is_active", "date_joined", "last_login")
# What names a person by the address alone, before or without an account.
MAIL = ("kind", "created_at", "settled_at")
INVITED = ("role", "business", "created_at", "accepted_at", "withdrawn_at")
APPLIED = ("business", "name", "note", "created_at", "decided_at")


@transaction.atomic
def export_user(user: User, *, actor: User | None) -> dict[str, Any]:
    """All that is kept about a user, for JSON; the history says who asked for it."""
    scans = Scan.objects.filter(worker=user).aggregate(first=Min("at"), last=Max("at"))
    found = {
        **{name: getattr(user, name) for name in USER},
        "roles": list(Member.objects.filter(user=user).values("role", "seller", "warehouse")),
        "did": list(Event.objects.filter(actor=user).values("kind").annotate(**DONE)),
        "scans": {"times": Scan.objects.filter(worker=user).count(), **scans},
        "pick_lists": PickList.objects.filter(picker=user).count(),
        "runs": Run.objects.filter(courier=user).count(),
        "mails": list(AccountMail.objects.filter(email=user.email).values(*MAIL)),
        "invitations": list(Invitation.objects.filter(email=user.email).values(*INVITED)),
        "applications": list(SellerApplication.objects.filter(email=user.email).values(*APPLIED)),
        "rows": {name: rows for name, rows in _own_rows(user).items() if rows},
    }
    record([Event(kind="user.exported", subject_id=user.pk, actor=actor)])
    return found


@transaction.atomic
def erase_user(user: User, *, actor: User | None) -> None:
    """Erase a user: name, address, password, roles, badge. Raises DomainError.

    What they did stays, as done by nobody known; their sessions end.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_needed(user)
    Device.objects.filter(worker=user).update(worker=None, seat=None, locked_at=None)
    LogEntry.objects.filter(object_id=str(user.pk)).update(object_repr=NAME, change_message="")
    # A session holds the address with which it began.
    keys = UserSession.objects.filter(user=user).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
    for related in _own_relations():
        related.related_model._base_manager.filter(**{related.field.name: user}).delete()
    nobody = f"erased-{user.pk}@erased.invalid"
    _forget_address(user.email, nobody)
    user.name, user.email = NAME, nobody
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    record([Event(kind="user.erased", subject_id=user.pk, actor=actor)])


def _forget_address(address: str, nobody: str) -> None:
    """Erase what names this address: no link that was mailed to it opens anything any more."""
    AccountMail.objects.filter(email=address).delete()
    SellerApplication.objects.filter(email=address).delete()
    invited = Invitation.objects.filter(email=address)
    invited.open().update(withdrawn_at=timezone.now())
    invited.update(email=nobody)


def refuse_needed(user: User) -> None:
    """Raises DomainError for who has work in hand, or whom nobody could replace."""
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.filter(is_superuser=True).exists():
        raise DomainError(say("This is the only operator: make another one first."))
    for owned in Member.objects.filter(user=user, role=Role.OWNER).select_related("seller"):
        owners = Member.objects.filter(role=Role.OWNER, seller=owned.seller, user__in=others)
        if not owners.exists():
            raise DomainError(
                say("{seller} has no other owner: make one first.", seller=owned.seller)
            )
    walks = PickList.objects.filter(picker=user, status__in=PICK_LIST_BEGUN)
    runs = Run.objects.filter(courier=user).exclude(status=RunStatus.FINISHED)
    if walks.exists() or runs.exists():
        raise DomainError(say("This user has an open pick list or run: finish it first."))


def _own_relations() -> list[Any]:
    """Tables whose rows mean nothing without their user, of whatever app; the admin's log stays."""
    return [
        related
        for related in User._meta.related_objects
        if related.on_delete is CASCADE and related.related_model is not LogEntry
    ]


def _own_rows(user: User) -> dict[str, int]:
    """{table: number of rows} of those."""
    return {
        str(related.related_model._meta.verbose_name): related.related_model._base_manager.filter(
            **{related.field.name: user}
        ).count()
        for related in _own_relations()
    }
