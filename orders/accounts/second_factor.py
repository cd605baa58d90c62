"""The second factor: who has one, who has to set one up, and until when."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from orders.access import Role, Viewer
from orders.models import Member, User

# Who can read all orders of a place, or let others in.
COMPELLED = frozenset({Role.OWNER, Role.LEAD, Role.OPERATOR})
# Recovery codes alone are no second factor: they help out where one is lost.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def with_second_factor(users: QuerySet[User]) -> QuerySet[User]:
    """Users with `has_second_factor`, in the same statement."""
    found = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return users.annotate(has_second_factor=Exists(found))


def lagging(members: QuerySet[Member]) -> QuerySet[Member]:
    """Members with `lags`: the role asks for a second factor, and the person has none."""
    found = Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS)
    if settings.SECOND_FACTOR_GRACE is None:
        return members.annotate(lags=Value(False))
    return members.annotate(lags=Q(role__in=COMPELLED) & ~Exists(found))


def has_second_factor(user: User) -> bool:
    """Whether a code or key is asked when this user signs in; loaded with the user, or now."""
    if not hasattr(user, "has_second_factor"):
        factors = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)
        return bool(factors.exists())
    return bool(user.has_second_factor)


def must_have_one(viewer: Viewer) -> bool:
    """Whether a role of this viewer asks for a second factor that is not there."""
    if settings.SECOND_FACTOR_GRACE is None or COMPELLED.isdisjoint(viewer.roles):
        return False
    return not has_second_factor(viewer.user)


def due_at(viewer: Viewer) -> datetime | None:
    """Until when it has to be set up; None where nothing is asked. The first call sets the date."""
    grace: int | None = settings.SECOND_FACTOR_GRACE
    if grace is None or not must_have_one(viewer):
        return None
    user: User = viewer.user
    if user.second_factor_by is None:
        user.second_factor_by = timezone.now() + timedelta(days=grace)
        mine = User.objects.filter(pk=user.pk, second_factor_by=None)
        mine.update(second_factor_by=user.second_factor_by)
    return user.second_factor_by


def is_overdue(viewer: Viewer) -> bool:
    """Whether nothing but the set-up is open to this viewer."""
    due = due_at(viewer)
    return due is not None and due <= timezone.now()
