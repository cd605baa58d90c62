"""Models: warehouses, sellers, users, their roles, and API keys."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, JSONObject, Lower

from orders.access import (
    SELLER_ROLES,
    WAREHOUSE_ROLES,
    Membership,
    Role,
    TenantQuerySet,
    all_scopes,
)
from orders.keys import new_id
from orders.models.base import A_DEMO_HAS_ITS_ID, Row, code, mapping, moments
from orders.states import DemoState, ShippingRule
from orders.values.places import COUNTRY, LANGUAGE


class Warehouse(Row):
    """A building from which orders ship; its time zone is that of shipping promises."""

    SELLER_PATH = "served__seller"
    WAREHOUSE_PATH = "pk"

    name = models.CharField(max_length=80)
    code = models.SlugField(max_length=12, unique=True)
    time_zone = models.CharField(max_length=40, default="Europe/Berlin")
    country = models.CharField(max_length=2, default="DE")
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=80, blank=True)
    cut_off_hour = models.PositiveSmallIntegerField(
        default=14, help_text="Orders allocated before this local hour ship the same working day."
    )
    scans_totes = models.BooleanField(
        default=False, db_default=False,
        help_text="A tote is scanned at the start of a walk, and at each pick into it.",
    )  # fmt: skip
    picks_by_wave = models.BooleanField(
        default=False, db_default=False,
        help_text="Pickers get only what a lead has released in a wave.",
    )  # fmt: skip
    picks_by_zone = models.BooleanField(
        default=False, db_default=False, editable=False,
        help_text="Some of its locations belong to a zone, so that a picker may keep to one.",
    )  # fmt: skip

    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_warehouse_is_in_a_country", condition=code("country", COUNTRY)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Seller(Row):
    """A business whose orders we fulfil: the tenant."""

    SELLER_PATH = "pk"
    WAREHOUSE_PATH = "houses__warehouse"

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="sellers")
    email = models.EmailField(
        help_text="Where the seller is notified of deliveries and exceptions."
    )
    support_email = models.EmailField(
        blank=True, help_text="Where customers may ask; shown in messages."
    )
    language = models.CharField(max_length=8, default="en")
    transit_days_min = models.PositiveSmallIntegerField(default=1)
    transit_days_max = models.PositiveSmallIntegerField(default=2)
    return_days = models.PositiveSmallIntegerField(default=30)
    refund_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Within which a refund is paid; empty: none is promised."
    )
    refund_method = models.CharField(
        max_length=7, default="payment", db_default="payment", help_text="payment, or credit."
    )
    refunds_shipping = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Where a whole order comes back, also where the law does not ask for it.",
    )
    return_fee = models.BigIntegerField(
        default=0, db_default=0, help_text="For a return of the customer's choice; minor units."
    )
    return_fee_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    return_reasons = mapping(
        "{reason: beginnings of the SKUs for which it may be given}; none: for none."
    )
    return_postage = mapping(
        "{reason: who pays the way back: seller or customer}, where it is said."
    )
    exchange_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="How long goods are kept in exchange for a return; empty: no exchanges.",
    )
    exchange_skus = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        db_default=[],
        help_text="Products whose SKU begins with the same of these may be exchanged for another.",
    )
    exchange_ahead = mapping(
        "How an exchange is sent before the goods came: days, value, returns; {}: never."
    )
    return_choices = mapping("{credit, repair: offered, keep: [worth, currency], label: whose}.")
    ships_as = models.CharField(
        max_length=12,
        choices=ShippingRule.choices,
        default=ShippingRule.AS_AVAILABLE,
        db_default=ShippingRule.AS_AVAILABLE,
        help_text="What happens with new orders of which only a part is in stock.",
    )
    has_rules = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether a routing rule is in force: else the intake asks for none.",
    )
    services_version = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="Another one whenever a service changes; empty: own couriers bring it at home.",
    )
    checklist_away_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Since when the checklist of the first day is not shown.",
    )
    demo_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="demo"
    )
    demo_state = models.CharField(
        max_length=8, choices=DemoState.choices, blank=True, db_default="", editable=False
    )
    demo_steps = models.PositiveSmallIntegerField(db_default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_seller_speaks_a_language", condition=code("language", LANGUAGE)
            ),
            models.CheckConstraint(
                name="a_fee_for_returns_has_its_currency",
                condition=Q(return_fee=0) | Q(return_fee__gt=0) & ~Q(return_fee_currency=""),
            ),
            A_DEMO_HAS_ITS_ID,
        ]

    def __str__(self) -> str:
        return self.name


def zone_of(member: str = "") -> Coalesce:
    """The time zone in which a member works: of the seller's warehouse, or of the member's own."""
    return Coalesce(f"{member}seller__warehouse__time_zone", f"{member}warehouse__time_zone")


class UserManager(BaseUserManager["User"]):
    """Users are identified by e-mail, in lower case."""

    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())

    def with_memberships(self) -> "models.QuerySet[User]":
        """Users with `memberships`, as `Membership` says, in the same statement."""
        member = JSONObject(
            role="members__role",
            seller="members__seller",
            warehouse="members__warehouse",
            zone=zone_of("members__"),
            floor_zone="members__floor_zone",
        )
        return self.annotate(
            membership_rows=ArrayAgg(member, filter=Q(members__isnull=False), default=[])
        )


# mypy infers the class that from_queryset makes only in an assignment of its own.
TenantUserManager = UserManager.from_queryset(TenantQuerySet)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by e-mail."""

    SELLER_PATH = "members__seller"
    WAREHOUSE_PATH = "members__warehouse"
    COURIER_PATH = "pk"
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("operator", default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    second_factor_by = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Until when a second factor has to be set up; empty until a role asks for one.",
    )
    has_shortcuts = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Whether single keys do something in lists (WCAG 2.1.4).",
    )
    mails_numbers = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether a mail on Mondays says how the numbers of the week have changed.",
    )
    numbers_mailed_on = models.DateField(
        null=True, blank=True, editable=False, help_text="The day of the last of these mails."
    )
    language = models.CharField(
        max_length=2,
        blank=True,
        default="",
        db_default="",
        help_text="In which pages speak, where they know it; empty: as the browser asks.",
    )
    sessions_ended = models.PositiveIntegerField(
        db_default=0,
        default=0,
        editable=False,
        help_text="How often all sessions were ended; a session of before is none.",
    )

    objects = TenantUserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="email_is_lower_case", condition=Q(email=Lower("email")))
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    def get_session_auth_hash(self) -> str:
        """What a session keeps: another password, or an end of all sessions, makes it invalid."""
        return self._of_these_sessions(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        yield from map(self._of_these_sessions, super().get_session_auth_fallback_hash())

    def _of_these_sessions(self, digest: str) -> str:
        return f"{digest}:{self.sessions_ended}" if self.sessions_ended else digest

    @property
    def memberships(self) -> list[Membership]:
        """As `Membership` says, ids as UUIDs or None; loaded with the user, or now."""
        if not hasattr(self, "membership_rows"):
            rows = self.members.values("role", "seller", "warehouse", "floor_zone", zone=zone_of())
            return [cast(Membership, row) for row in rows]
        to_id = self._meta.pk.to_python
        return [
            row | {"seller": to_id(row["seller"]), "warehouse": to_id(row["warehouse"])}
            for row in self.membership_rows
        ]


class Member(Row):
    """A user's role, with a seller or in a warehouse."""

    WAREHOUSE_PATH = "warehouse"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(max_length=12, choices=Role.choices)
    seller = models.ForeignKey(
        Seller, on_delete=models.CASCADE, null=True, blank=True, related_name="members"
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.CASCADE, null=True, blank=True, related_name="members"
    )
    floor_zone = models.CharField(
        max_length=8, blank=True, default="", db_default="",
        help_text="Of the warehouse: walks begin in this zone only; empty: in all of the house.",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "seller", "warehouse"],
                nulls_distinct=False,
                name="a_role_is_given_once",
            ),
            models.CheckConstraint(
                name="seller_roles_name_a_seller_others_a_warehouse",
                condition=Q(role__in=SELLER_ROLES, seller__isnull=False, warehouse__isnull=True)
                | Q(
                    role__in=(*WAREHOUSE_ROLES, Role.COURIER),
                    seller__isnull=True,
                    warehouse__isnull=False,
                )
                | Q(role=Role.OPERATOR, seller__isnull=True, warehouse__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class ApiKey(Row):
    """A seller's key for the API: shown once, only its hash is kept, looked up at each request.

    A rotation makes another row: the former key names it in `replaced_by` and expires.
    """

    class RevokedBecause(models.TextChoices):
        """Why it was revoked automatically; the label is the sentence for people."""

        IN_URL = "in_url", "It was sent in a URL, which logs and proxies keep."

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="api_keys")
    channel = models.ForeignKey(
        "orders.SalesChannel", on_delete=models.PROTECT, related_name="api_keys"
    )
    name = models.CharField(max_length=80)
    prefix = models.CharField(
        max_length=12, help_text="The first characters, to recognise a key by."
    )
    key_hash = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=all_scopes)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never.")
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(
        max_length=12,
        choices=RevokedBecause.choices,
        blank=True,
        db_default="",
        help_text="Empty: its seller revoked it.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_api_key_expires_readably", condition=moments("expires_at")
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def state(self, now: datetime) -> str:
        """One word: active, replaced (until it expires), expired or revoked."""
        if self.revoked_at:
            return "revoked"
        if self.expires_at and self.expires_at <= now:
            return "expired"
        return "replaced" if self.replaced_by_id else "active"
