"""Base forms of the warehouse screens; they check types, the actions check rules."""

from typing import Any

from django import forms

from orders.values.counts import LARGEST, MOST_ENTERED


class FloorForm(forms.Form):
    """A form with an idempotency key, client id and sequence, and who made the scan."""

    client_id = forms.UUIDField()
    sequence = forms.IntegerField(min_value=1, max_value=LARGEST)
    worker = forms.UUIDField(required=False)  # for whom the screen was made

    @property
    def problem(self) -> str:
        """The first error as a sentence; for an error of a hidden field the advice to reload."""
        for name, texts in self.errors.items():
            if name not in ("client_id", "sequence", "worker"):
                return f"{self.fields[name].label}: {texts[0]}"
        return "This screen is out of date: reload it."


class ScanForm(FloorForm):
    """A scanned or typed code."""

    code = forms.CharField(max_length=120, label="Scan")


class QuantityField(forms.IntegerField):
    """A number of units; empty, as scanners send it, is 1."""

    def __init__(self, *, min_value: int = 1, **options: Any) -> None:
        super().__init__(
            min_value=min_value, max_value=MOST_ENTERED, label="Quantity", required=False, **options
        )

    def clean(self, value: Any) -> int:
        return super().clean(value) if value not in self.empty_values else 1
