"""Reads a PNG as a scanner sees it."""

import io

import zxingcpp
from PIL import Image

DARK = 128  # of 255


def barcodes_in(png):
    """[(format, text)] of every barcode in a picture drawn by typst, from top to bottom."""
    width, height, brightness = _red(png)
    view = zxingcpp.ImageView(brightness, width, height, zxingcpp.ImageFormat.Lum)
    found = zxingcpp.read_barcodes(view)
    return [
        (code.format.name, code.text)
        for code in sorted(found, key=lambda code: code.position.top_left.y)
    ]


def size_of(png):
    """(width, height) in pixels."""
    return Image.open(io.BytesIO(png)).size


def is_blank(png, columns, lines):
    """Whether nothing is printed in these ranges of pixels."""
    width, _, brightness = _red(png)
    return all(brightness[line * width + column] > DARK for line in lines for column in columns)


def _red(png):
    """Width, height and the red of every pixel: a barcode is black on white."""
    picture = Image.open(io.BytesIO(png))
    return picture.width, picture.height, picture.getchannel("R").tobytes()
