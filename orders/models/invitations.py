"""Models of how people come in: invitations, and sellers who ask to be let in."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.access import SELLER_ROLES, WAREHOUSE_ROLES, Role, TenantQuerySet
from orders.models.accounts import Seller, User, Warehouse
from orders.models.base import Row


class InvitationQuerySet(TenantQuerySet["Invitation"]):
    """Invitations by their state."""

    def open(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class Invitation(Row):
    """A role that waits for a person: mailed as a link, whose token is kept as a hash only.

    With `business` it founds a seller of this name in the building, and its role is owner there.
    """

    WAREHOUSE_PATH = "warehouse"

    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    seller = models.ForeignKey(
        Seller, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    business = models.CharField(max_length=80, blank=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # mypy takes what as_manager makes for an attribute of the row.
    objects = InvitationQuerySet.as_manager()  # type: ignore[misc]  # see above

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_invitation_names_the_place_of_its_role",
                condition=Q(
                    role__in=SELLER_ROLES,
                    seller__isnull=False,
                    warehouse__isnull=True,
                    business="",
                )
                | Q(
                    role__in=(*WAREHOUSE_ROLES, Role.COURIER),
                    seller__isnull=True,
                    warehouse__isnull=False,
                    business="",
                )
                | Q(role=Role.OPERATOR, seller__isnull=True, warehouse__isnull=True, business="")
                | Q(role=Role.OWNER, seller__isnull=True, warehouse__isnull=False)
                & ~Q(business=""),
            ),
            models.CheckConstraint(
                name="who_accepted_an_invitation_is_known",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"

    @property
    def place(self) -> str:
        """Where the role is: a seller, a building, or the portal itself."""
        return self.business or str(self.seller or self.warehouse or "Fulfillment")


class SellerApplication(Row):
    """A business that asks to become a seller; an operator confirms or declines it."""

    SELLER_PATH = None

    business = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    email = models.EmailField()
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="application"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="who_decided_an_application_is_known",
                condition=Q(decided_at=None, decided_by=None, invitation=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.business} ({self.email})"
