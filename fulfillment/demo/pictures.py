"""Pictures of the products of the demo, drawn from a few shapes each."""

from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw

SIDE, SHARPER = 400, 3  # drawn larger, then made small: smooth edges
GROUND, SHADOW = "#f6f3ee", "#e4dfd6"
BRASS, OAK, LINEN, BLACK, RED, CLAY = (
    "#c39a3f", "#b98a5a", "#e2d4ba", "#2d2f33", "#b3322c", "#a9603f",
)  # fmt: skip
GLASS, LIGHT, STEEL, LEAF, MINT, AMBER = (
    "#dfe8ea", "#ffdf8a", "#9aa3a9", "#3f5d3a", "#6aa383", "#c9853a",
)  # fmt: skip

# A shape is ("oval" | "box" | "form" | "line", coordinates within SIDE, colour).
Shape = tuple[str, Sequence[float], str]
ROUNDED = 10


def _lamp(colour: str) -> list[Shape]:
    return [
        ("oval", (120, 318, 280, 352), colour),
        ("box", (192, 170, 208, 336), colour),
        ("oval", (172, 160, 228, 216), LIGHT),
        ("form", (150, 70, 250, 70, 300, 190, 100, 190), colour),
    ]


def _shade(colour: str, edge: str) -> list[Shape]:
    return [
        ("form", (140, 100, 260, 100, 320, 290, 80, 290), colour),
        ("line", (140, 100, 260, 100), edge),
        ("line", (80, 290, 320, 290), edge),
    ]


def _bulb(width: int) -> list[Shape]:
    return [
        ("oval", (200 - width, 232 - 2 * width, 200 + width, 232), LIGHT),
        ("form", (200 - width * 0.7, 200, 200 + width * 0.7, 200, 228, 270, 172, 270), LIGHT),
        ("box", (170, 262, 230, 322), STEEL),
        ("line", (170, 282, 230, 278), BLACK),
        ("line", (170, 304, 230, 300), BLACK),
        ("oval", (184, 312, 216, 334), BLACK),
    ]


def _bag(colour: str) -> list[Shape]:
    return [
        ("box", (120, 90, 280, 340), colour),
        ("box", (120, 90, 280, 118), BLACK),
        ("box", (146, 170, 254, 290), GROUND),
        ("oval", (176, 200, 224, 260), LEAF),
        ("line", (200, 260, 200, 276), LEAF),
    ]


SHAPES: dict[str, list[Shape]] = {
    "LAMP-BRASS": _lamp(BRASS),
    "LAMP-OAK": _lamp(OAK),
    "SHADE-LINEN": _shade(LINEN, OAK),
    "SHADE-GLASS": [("box", (184, 66, 216, 110), BRASS), ("oval", (90, 96, 310, 316), GLASS)],
    "BULB-E27": _bulb(76),
    "BULB-E14": _bulb(56),
    "CORD-RED": [
        ("oval", (80, 110, 320, 310), RED),
        ("oval", (104, 134, 296, 286), GROUND),
        ("oval", (120, 146, 280, 274), RED),
        ("oval", (146, 170, 254, 250), GROUND),
        ("box", (262, 226, 338, 260), BLACK),
    ],
    "HOOK-CEIL": [
        ("oval", (140, 70, 260, 110), BLACK),
        ("box", (198, 96, 222, 224), BLACK),
        ("oval", (150, 200, 270, 320), BLACK),
        ("oval", (174, 224, 246, 296), GROUND),
        ("form", (140, 190, 197, 190, 197, 260, 140, 260), GROUND),
    ],
    "TEA-EARL": _bag(AMBER),
    "TEA-MINT": _bag(MINT),
    "TEA-OOLONG": _bag(STEEL),
    "POT-CLAY": [
        ("oval", (240, 150, 350, 270), CLAY),
        ("oval", (266, 176, 324, 244), GROUND),
        ("form", (110, 250, 40, 150, 68, 136, 150, 190), CLAY),
        ("oval", (100, 130, 290, 320), CLAY),
        ("oval", (176, 98, 214, 136), BLACK),
    ],
    "CUP-SET": [
        ("box", (70, 180, 190, 310), STEEL),
        ("oval", (70, 164, 190, 196), BLACK),
        ("box", (210, 180, 330, 310), LINEN),
        ("oval", (210, 164, 330, 196), BLACK),
    ],
    "TIN-ROUND": [
        ("box", (110, 130, 290, 330), LEAF),
        ("oval", (110, 104, 290, 160), BRASS),
        ("box", (140, 200, 260, 280), GROUND),
    ],
}


def picture_of(sku: str) -> bytes:
    """A PNG of a product of the demo."""
    image = Image.new("RGB", (SIDE * SHARPER, SIDE * SHARPER), GROUND)
    pen = ImageDraw.Draw(image)
    for form, places, colour in (("oval", (90, 326, 310, 362), SHADOW), *SHAPES[sku]):
        _draw(pen, form, [place * SHARPER for place in places], colour)
    out = BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _draw(pen: ImageDraw.ImageDraw, form: str, places: list[float], colour: str) -> None:
    forms: dict[str, Callable[[], None]] = {
        "oval": lambda: pen.ellipse(places, fill=colour),
        "box": lambda: pen.rounded_rectangle(places, ROUNDED * SHARPER, fill=colour),
        "form": lambda: pen.polygon(places, fill=colour),
        "line": lambda: pen.line(places, fill=colour, width=6 * SHARPER),
    }
    forms[form]()
