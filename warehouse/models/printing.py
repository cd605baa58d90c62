"""Models of printers, which print by themselves, and of what each is to print."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models import Package, Warehouse
from orders.models.base import Row


class Printer(Row):
    """A printer at a packing station. Its agent fetches what it is to print, with a token.

    Only the hash of the token is kept.
    """

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"
    KIND = "printer"

    class Prints(models.TextChoices):
        BOTH = "both", "Labels and slips"
        LABELS = "labels", "Labels"
        SLIPS = "slips", "Slips"

    class Labels(models.TextChoices):
        AS_MADE = "made", "PDF or picture"
        ZPL = "zpl", "ZPL, 203 dots an inch"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=40)
    prints = models.CharField(max_length=8, choices=Prints.choices, default=Prints.BOTH)
    labels = models.CharField(max_length=4, choices=Labels.choices, default=Labels.AS_MADE)
    token_hash = models.BinaryField(max_length=32, unique=True)
    added_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When its agent asked last.")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "name"],
                condition=Q(removed_at__isnull=True),
                name="a_printer_name_is_used_once",
            )
        ]

    seller_id = None  # it prints for many sellers

    def __str__(self) -> str:
        return self.name


class PrintJob(Row):
    """A document of a box that a printer is to print, once.

    Taken, and neither printed nor failed: nobody knows whether paper came out, so a person says.
    """

    SELLER_PATH = None
    WAREHOUSE_PATH = "printer__warehouse"

    class Document(models.TextChoices):
        SLIP = "slip", "Slip"
        LABEL = "label", "Label"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waits for the printer"
        TAKEN = "taken", "At the printer"
        PRINTED = "printed", "Printed"
        FAILED = "failed", "Not printed"
        DROPPED = "dropped", "No longer wanted"

    OPEN = (Status.WAITING, Status.TAKEN)

    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, db_index=False)
    package = models.ForeignKey(Package, on_delete=models.CASCADE)
    document = models.CharField(max_length=8, choices=Document.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    asked_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package", "document"],
                condition=Q(status="waiting"),
                name="a_document_waits_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["printer", "asked_at"],
                condition=Q(status__in=["waiting", "taken"]),
                name="print_job_next",
            )
        ]

    seller_id = None  # as of its printer

    def __str__(self) -> str:
        return f"{self.get_document_display()} of {self.package}"
