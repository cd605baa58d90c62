"""Reads a PNG as a scanner sees it, with nothing but the standard library and the decoder."""

import struct
import zlib

import zxingcpp

BYTES_PER_PIXEL = 4  # red, green, blue and opacity: what typst draws
UP = 2
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
    return struct.unpack(">II", png[16:24])


def is_blank(png, columns, lines):
    """Whether nothing is printed in these ranges of pixels."""
    width, _, brightness = _red(png)
    return all(brightness[line * width + column] > DARK for line in lines for column in columns)


def _red(png):
    """Width, height and the red of every pixel: a barcode is black on white."""
    (width, height), packed, at = size_of(png), b"", 8
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        if kind == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += length + 12
    raw, stride = zlib.decompress(packed), width * BYTES_PER_PIXEL
    rows, above = [], bytes(width)
    for start in range(0, len(raw), stride + 1):
        row = bytearray(raw[start + 1 : start + 1 + stride : BYTES_PER_PIXEL])
        above = _unfiltered(raw[start], row, above)
        rows.append(above)
    return width, height, b"".join(rows)


def _unfiltered(kind, row, above):
    """A row as it was before its filter (RFC 2083, 6) took the difference to its neighbours."""
    if kind == UP and not any(row):
        return above
    left = corner = 0
    for place, up in enumerate(above) if kind else ():
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        row[place] = left = (row[place] + guess) & 255
        corner = up
    return bytes(row)


def _paeth(left, up, corner):
    return min((left, up, corner), key=lambda near: abs(left + up - corner - near))
