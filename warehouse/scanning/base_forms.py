"""Base forms of the warehouse screens; they check types, the actions check rules."""

from typing import Any

from django import forms

from orders.values.counts import LARGEST, MOST_ENTERED
from orders.values.form_fields import DayField
from orders.words import say

# By code of the error: what stands behind the label that the worker sees on the screen.
PROBLEMS = {
    "required": "nothing entered.",
    "invalid_choice": "choose one of those on the screen.",
    "min_value": "at least {limit_value}, not {show_value}.",
    "max_value": "at most {limit_value}, not {show_value}.",
    "max_length": "at most {limit_value} characters, not {show_value}.",
}


class FloorForm(forms.Form):
    """A form with an idempotency key, client id and sequence, and who made the scan."""

    client_id = forms.UUIDField()
    sequence = forms.IntegerField(min_value=1, max_value=LARGEST)
    worker = forms.UUIDField(required=False)  # for whom the screen was made

    @property
    def problem(self) -> str:
        """The first error as a sentence; for an error of a hidden field the advice to reload."""
        for name, problems in self.errors.as_data().items():
            if name not in ("client_id", "sequence", "worker"):
                return f"{say(str(self.fields[name].label))}: {_in_words(problems[0])}"
        return say("This screen is out of date: reload it.")


def _in_words(problem: forms.ValidationError) -> str:
    words = PROBLEMS.get(problem.code or "")
    return say(words, **problem.params or {}) if words else str(problem.messages[0])


class ScanForm(FloorForm):
    """A scanned or typed code."""

    code = forms.CharField(max_length=120, label="Code")


class QuantityField(forms.IntegerField):
    """A number of units; empty, as scanners send it, is 1."""

    def __init__(self, label: str = "Units", *, min_value: int = 1, **options: Any) -> None:
        super().__init__(
            min_value=min_value, max_value=MOST_ENTERED, label=label, required=False, **options
        )

    def clean(self, value: Any) -> int:
        return super().clean(value) if value not in self.empty_values else 1


class UnsavedForm(FloorForm):
    """What a device could not save, in its own words, with the code if it was a scan."""

    code = forms.CharField(max_length=120, required=False)
    words = forms.CharField(max_length=300)


class DayForm(forms.Form):
    """The day of a list."""

    day = DayField(required=False)
