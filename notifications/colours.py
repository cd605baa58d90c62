"""The accent colour of a seller, and its contrast ratio (WCAG 2.2, 1.4.3)."""

import re
from collections.abc import Iterable
from functools import lru_cache

PETROL = "#0b6372"
WHITE, INK = "#ffffff", "#14181f"
LEAST_CONTRAST = 4.5
COLOUR = re.compile(r"#[0-9a-f]{6}")
STEP = 0.95  # darker by so much until it can be read
# Backgrounds of the tracking page, in light and dark mode.
DAY, NIGHT = "#f5f6f8", "#222933"


@lru_cache(maxsize=1024)
def ink_on(colour: str) -> str:
    """White or nearly black, whichever reads better on this colour; always above 4.5."""
    return max((WHITE, INK), key=lambda ink: contrast(ink, colour))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1.0 to 21.0."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def is_readable(colour: str) -> bool:
    """Whether words in this colour can be read on white."""
    return contrast(colour, WHITE) >= LEAST_CONTRAST


def readable(colour: str) -> str:
    """The colour itself, or the next darker tone of it that can be read on white."""
    return darker(colour, WHITE)


def darker(colour: str, ground: str) -> str:
    """The colour itself, or the next darker tone of it that can be read on a light ground."""
    channels = [float(value) for value in _channels(colour)]
    while contrast(shade := _hex(channels), ground) < LEAST_CONTRAST:
        channels = [value * STEP for value in channels]
    return shade


def lighter(colour: str, ground: str) -> str:
    """The colour itself, or the next lighter tone of it that can be read on a dark ground."""
    channels = [float(value) for value in _channels(colour)]
    while contrast(shade := _hex(channels), ground) < LEAST_CONTRAST:
        channels = [255 - (255 - value) * STEP for value in channels]
    return shade


def stylesheet(colour: str) -> str:
    """Return CSS variables of the tracking page for light and dark mode; "" without a colour."""
    if not colour:
        return ""
    day, night = darker(colour, DAY), lighter(colour, NIGHT)
    strong, bright = _hex([value * 0.75 for value in _channels(day)]), lighter(night, "#3a4451")
    return (
        f":root{{--accent:{day};--accent-strong:{strong};--on-accent:{ink_on(day)}}}\n"
        f"@media (prefers-color-scheme: dark){{:root{{--accent:{night};"
        f"--accent-strong:{bright};--on-accent:{ink_on(night)}}}}}\n"
    )


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{int(value):02x}" for value in channels)


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in _channels(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
