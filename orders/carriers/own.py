"""The carrier "own": our own couriers, no network; tracking numbers with a check character."""

from collections.abc import Collection, Mapping

from orders.carriers.base import CODE, Label, Parcel
from orders.carriers.own_numbers import is_number, number_of
from orders.models import Package
from orders.states import PackageStatus


class OwnCouriers:
    """Parcels that our own couriers deliver; tracking numbers are computed here."""

    name = "Own couriers"
    hand_ins = (CODE,)
    words: Mapping[str, PackageStatus] = {
        "out": PackageStatus.OUT_FOR_DELIVERY,
        "delivered": PackageStatus.DELIVERED,
        **dict.fromkeys(Package.Failure.values, PackageStatus.ATTEMPT_FAILED),
    }

    def label(self, parcel: Parcel, *, seconds: float) -> Label:
        """The label of a packed box: its number is computed from the id of the package."""
        return Label(parcel.key, tracking_number=number_of(parcel.package_id))

    def return_label(self, parcel: Parcel, wants: Collection[str], *, seconds: float) -> Label:
        """The number of a return as a code: it is handed in at the warehouse, and scanned there."""
        number = number_of(parcel.package_id)
        return Label(parcel.key, tracking_number=number, code=number)

    def void(self, label: Label, *, seconds: float) -> None:
        """Nothing to do: no outside carrier knows the label."""

    def recognises(self, text: str) -> bool:
        """Is this `OC`, eleven characters and their check character?"""
        return is_number(text)
