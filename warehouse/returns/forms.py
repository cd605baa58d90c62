"""Forms of the screens of returns."""

from collections.abc import Iterable
from typing import Any

from django import forms

from orders.models import ReturnLine
from orders.values.counts import MOST_ENTERED
from warehouse.scanning.base_forms import FloorForm, QuantityField, ScanForm


class InspectForm(ScanForm):
    """A scan of a product, which chooses its line; then of the location to restock the line to."""

    line = forms.UUIDField(required=False)
    quantity = QuantityField()


class WriteOffForm(FloorForm):
    """Units of a line to write off."""

    line = forms.UUIDField()
    quantity = QuantityField()


class CountReturnForm(FloorForm):
    """The received units of each line; cleaned as `received`, {return line id: units}."""

    def __init__(self, *args: Any, lines: Iterable[ReturnLine], **options: Any) -> None:
        super().__init__(*args, **options)
        self.names = {f"received_{line.pk}": line.pk for line in lines}
        for line in lines:
            self.fields[f"received_{line.pk}"] = forms.IntegerField(
                min_value=0, max_value=MOST_ENTERED, label=(line.line.product or line.line).title
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        sent = self.cleaned_data
        sent["received"] = {pk: sent[name] for name, pk in self.names.items() if name in sent}
        return sent
