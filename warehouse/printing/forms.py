"""Forms of printers."""

from django import forms

from orders.words import say_later
from warehouse.models import Printer, PrintJob
from warehouse.scanning.base_forms import FloorForm


class PrinterForm(forms.Form):
    """A new printer: its name, what it prints, and how it takes labels."""

    name = forms.CharField(
        max_length=40, error_messages={"required": say_later("Name the printer.")}
    )
    prints = forms.ChoiceField(choices=Printer.Prints.choices)
    labels = forms.ChoiceField(choices=Printer.Labels.choices)


class ChosenForm(forms.Form):
    """The printers of a bench; empty: somebody prints by hand."""

    label = forms.UUIDField(required=False)
    slip = forms.UUIDField(required=False)


class AgainForm(FloorForm):
    """Print a document of a box again."""

    document = forms.ChoiceField(choices=PrintJob.Document.choices, label="Document")
