"""The layouts of both parts of a mail, rendered and inlined once a shape."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from css_inline import CSSInliner
from django.template import engines

from notifications.words.shapes import Outline, Shapes, marked, shape_of

# As they are in each shape: the layout compares them, or they are in its rules.
KEPT = ("language", "direction", "accent", "accent_ink")
SCRIPT = "application/ld+json"


class Parts(NamedTuple):
    """A mail as text and as HTML."""

    text: str
    html: str


class _Outlines(NamedTuple):
    text: Outline
    html: "_HtmlOutline"


class _HtmlOutline:
    """An outline of HTML: each value is written as the inliner would at its place."""

    def __init__(self, rendered: str) -> None:
        self.outline = Outline(rendered)
        before = self.outline.pieces[::2]
        self.ways = [_way(piece) for piece in before[: len(self.outline.places)]]

    def filled(self, values: Sequence[str]) -> str:
        """The HTML with these values, escaped."""
        pieces = self.outline.pieces.copy()
        places = zip(self.ways, self.outline.places, strict=True)
        pieces[1::2] = [way(values[place]) for way, place in places]
        return "".join(pieces)


_outlines: Shapes[_Outlines] = Shapes(lambda made: made.text.size + made.html.outline.size)


def laid_out(page: Mapping[str, Any]) -> Parts:
    """Both parts of a mail, of the context that `rendering.page_of` makes."""
    values: list[str] = []
    shape = (
        *(page[name] for name in KEPT),
        *[shape_of(value, values) for name, value in page.items() if name not in KEPT],
    )
    outlines = _outlines.of(shape, lambda: _outlines_of(page))
    return Parts(outlines.text.filled(values), outlines.html.filled(values))


def rendered(page: Mapping[str, Any]) -> Parts:
    """Both parts as the layouts are written, for this page alone."""
    return Parts(
        text=_tidy(engines["text"].get_template("messages/_layout.txt").render(dict(page))),
        html=_inliner().inline(
            engines["django"].get_template("messages/_layout.html").render(dict(page))
        ),
    )


def _outlines_of(page: Mapping[str, Any]) -> _Outlines:
    places = count()
    parts = rendered(
        {name: value if name in KEPT else marked(value, places) for name, value in page.items()}
    )
    return _Outlines(Outline(parts.text), _HtmlOutline(parts.html))


def _way(before: str) -> Any:
    """How a value is written behind this piece of HTML: in an attribute, a script or a text."""
    if before.endswith('="'):
        return _in_attribute
    if before.endswith(f'"{SCRIPT}">'):
        return str
    return _in_text


def _in_text(value: str) -> str:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\u00a0", "&nbsp;")


def _in_attribute(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("\u00a0", "&nbsp;")


def _tidy(text: str) -> str:
    """Remove the blank lines and trailing spaces that the layout leaves in a text."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


@cache
def _inliner() -> CSSInliner:
    # Rules for dark mode stay in the head: they cannot be inlined in a style attribute.
    return CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
