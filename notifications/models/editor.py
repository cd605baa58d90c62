"""Versions of sellers' custom texts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.access import TenantQuerySet
from orders.models import Seller


class TextVersion(models.Model):
    """One version of a seller's texts for one template, in all of the seller's languages.

    `texts` is {language: {part: text}}, parts as in `texts.PARTS`. The version that was
    published last is in force; a draft has no `published_at`. Old versions can be published again.
    """

    SELLER_PATH = "seller"
    WAREHOUSE_PATH = None
    COURIER_PATH = None

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="text_versions")
    template = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    in_force = models.BooleanField(default=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "template", "number"], name="a_version_number_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "template"],
                condition=Q(in_force=True),
                name="one_version_is_in_force",
            ),
            models.UniqueConstraint(
                fields=["seller", "template"],
                condition=Q(published_at__isnull=True),
                name="one_draft_of_a_template",
            ),
            models.CheckConstraint(
                name="only_a_published_version_is_in_force",
                condition=Q(in_force=False) | Q(published_at__isnull=False),
            ),
        ]
        indexes = [models.Index(F("seller"), name="text_in_force", condition=Q(in_force=True))]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"
