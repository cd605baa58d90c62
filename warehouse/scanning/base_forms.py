"""What a worker's screen sends: the shape only; whether it is allowed, the actions decide."""

from typing import Any

from django import forms

MOST_UNITS = 100_000


class FloorForm(forms.Form):
    """Something a worker sends; by client id and sequence the server knows a repeated one."""

    client_id = forms.UUIDField()
    sequence = forms.IntegerField(min_value=1, max_value=2**31 - 1)

    @property
    def problem(self) -> str:
        """The first thing wrong, in words; of the fields that nobody sees only that they are."""
        for name, texts in self.errors.items():
            if name not in ("client_id", "sequence"):
                return f"{self.fields[name].label}: {texts[0]}"
        return "This screen is out of date: reload it."


class ScanForm(FloorForm):
    """A scanned or typed code."""

    code = forms.CharField(max_length=120, label="Scan")


class QuantityField(forms.IntegerField):
    """Units of goods; a scanner sends none for one."""

    def __init__(self, *, min_value: int = 1, **options: Any) -> None:
        super().__init__(
            min_value=min_value, max_value=MOST_UNITS, label="Quantity", required=False, **options
        )

    def clean(self, value: Any) -> int:
        return super().clean(value) if value not in self.empty_values else 1
