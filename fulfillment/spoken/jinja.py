"""The Jinja2 environment: parts of which a page has many, such as rows, compiled to Python."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.template import defaultfilters
from django.urls import reverse
from django.utils.timezone import localtime
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

from orders.words import tags

INCLUDED = re.compile(r'{% include "([\w/.]+)" %}')


class Whole(Extension):
    """Writes what a template includes in its place, so that a page is one function.

    To include a part when it is rendered takes longer than most parts do.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return INCLUDED.sub(self._included, source)

    def _included(self, found: re.Match[str]) -> str:
        loader = self.environment.loader
        assert loader is not None  # noqa: S101 - Django gives it
        source, _, _ = loader.get_source(self.environment, found[1])
        return self.preprocess(source, found[1])


def environment(**options: Any) -> Environment:
    """Make the environment; what templates of Django say, these say by the same functions."""
    # A line's end behind a part is the blank between it and the next one, as in Django's templates.
    own = {"undefined": StrictUndefined, "keep_trailing_newline": True}
    # Who writes templates sees a change of a part at once.
    own |= {} if options.get("auto_reload") else {"extensions": [Whole]}
    made = Environment(**options | own)  # noqa: S701 - Django says autoescape
    made.globals |= {
        "lasting": tags.lasting,
        "say": tags.say,
        "say_count": tags.say_count,
        "url": _url,
    }
    made.filters |= {name: _each_time(filter_) for name, filter_ in FILTERS.items()}
    return made


@lru_cache(maxsize=4096)
def _url(name: str, *ids: object) -> str:
    return reverse(name, args=ids)


def _iso(moment: datetime) -> str:
    return localtime(moment).isoformat()


def _when(moment: date | datetime, form: str) -> str:
    return tags.when(_local(moment), form)


def _date(moment: date | datetime, form: str) -> str:
    return str(defaultfilters.date(_local(moment), form))


def _local(moment: date | datetime) -> date | datetime:
    return localtime(moment) if isinstance(moment, datetime) else moment


def _each_time(filter_: Callable[..., str]) -> Callable[..., str]:
    """Called with a literal Jinja2 would ask it only once, when it compiles: in one language."""

    @pass_context
    def called(_context: Context, *values: object) -> str:
        return filter_(*values)

    return called


FILTERS: dict[str, Callable[..., str]] = {
    "date": _date,
    "figure": tags.amount,
    "inside": tags.inside,
    "iso": _iso,
    "say": tags.said,
    "say_as": tags.say_as,
    "stored": tags.stored,
    "timesince": defaultfilters.timesince_filter,
    "timeuntil": defaultfilters.timeuntil_filter,
    "when": _when,
}
