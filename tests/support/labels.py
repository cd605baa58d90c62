"""Labels of a shipment from the carrier peer: asked for, worked off later, and read."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from orders.lifecycle.label_sweep import sweep_labels
from orders.lifecycle.labelling import label_packages
from orders.models import Package


def label(shipment, house):
    return label_packages(shipment, carrier="peer", actor=house.pat)


def boxes(shipment):
    rows = Package.objects.filter(shipment=shipment).order_by("number")
    return list(rows.values_list("status", "carrier", "tracking_number"))


def sweep(later=0):
    """The sweep, so many seconds from now."""
    with time_machine.travel(timezone.now() + timedelta(seconds=later)):
        return sweep_labels()
