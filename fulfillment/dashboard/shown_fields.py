"""Forms that know what their page had shown: what nobody touched gives way to what was saved."""

from typing import Any

from django import forms

WAS = "was-"  # begins the name of a hidden field: what the page had shown


class ShownForm(forms.Form):
    """A form over the fields of a row, which are its `initial`."""

    def was(self) -> list[tuple[str, str]]:
        """(name, value) of the hidden fields: what the page shows, or had shown."""
        names = [name for name in self.fields if name in self.initial]
        return [(f"{WAS}{name}", self._shown(name)) for name in names]

    def take_untouched(self) -> None:
        """Once the row has changed: show what it has now in fields that were sent as they were."""
        data = dict(self.data.items())
        for name in self.fields:
            if name not in self.initial or f"{WAS}{name}" not in data:
                continue
            now = _text(self.initial[name])
            if _same(_text(data.get(name)), data[f"{WAS}{name}"]):
                data[name] = now
            data[f"{WAS}{name}"] = now
        self.data = data

    def _shown(self, name: str) -> str:
        now = _text(self.initial[name])
        return str(self.data.get(f"{WAS}{name}", now)) if self.is_bound else now


def _text(value: Any) -> str:
    """A value as a browser sends it; an unchecked box is not sent."""
    return "" if value is None or value is False else "on" if value is True else str(value)


def _same(one: str, other: str) -> bool:
    """Whether two values are one, however a browser ends their lines."""
    return one.split() == other.split()
