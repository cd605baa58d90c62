"""Limits of uploaded files, checked before anything is read; and the error of a file refused."""

from orders.errors import DomainError

MEGABYTE = 2**20
MOST_BYTES = 15 * MEGABYTE
MOST_ROWS = 100_000  # that are not empty
MOST_ROW_NUMBER = 2 * MOST_ROWS  # of a worksheet; empty rows count
MOST_COLUMNS = 200
LONGEST_CELL = 10_000
LONGEST_HEADING = 120
# A workbook is a ZIP of XML: what it becomes is bounded too, by its own directory, which the
# library that unpacks it never exceeds. Texts that cells share are all in memory at once.
MOST_ENTRIES = 500
MOST_UNZIPPED = 150 * MEGABYTE
MOST_SHARED_TEXTS = 25 * MEGABYTE
MOST_OTHER_PART = 5 * MEGABYTE
MOST_KEPT_BYTES = 300 * MEGABYTE  # of all files of a seller


class FileRefused(DomainError):
    """A file that cannot be read; its text tells the seller what to do."""
