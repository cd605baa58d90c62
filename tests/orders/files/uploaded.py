"""Files through all steps: uploaded, their columns chosen as suggested, checked, imported."""

import io

import openpyxl

from orders.files.uploading import begin_import, choose_columns, keep_file
from orders.files.working import work_on_imports
from orders.models import Import, ImportRecord, SalesChannel


def file_channel(side, name="File"):
    """A sales channel of files."""
    return SalesChannel.objects.get_or_create(
        seller=side.seller, kind=SalesChannel.Kind.FILE, name=name
    )[0]


def keep(side, content, *, kind="orders", name="orders.csv", channel=None):
    """The file as it is kept, with the columns that its headings suggest."""
    content = content.encode() if isinstance(content, str) else content
    channel = channel or file_channel(side)
    return keep_file(
        side.seller, kind=kind, name=name, content=content, channel=channel, actor=side.owner
    )


def check(side, content, *, without=(), month_first=False, **given):
    """The file when it has been checked."""
    job = keep(side, content, **given)
    columns = {name: place for name, place in job.columns.items() if name not in without}
    day_first = False if month_first else job.day_first
    choose_columns(job, columns, day_first=day_first, actor=side.owner)
    work_on_imports()
    return Import.objects.get(pk=job.pk)


def bring(side, content, **given):
    """The file when it has been imported."""
    job = check(side, content, **given)
    if job.left:
        begin_import(job, actor=side.owner)
        work_on_imports()
    return Import.objects.get(pk=job.pk)


def counts(job):
    """(created or to create, updated or to update, skipped, rejected)."""
    new, changed = job.to_create + job.created, job.to_update + job.updated
    return new, changed, job.skipped, job.rejected


def problems(job):
    """[(row, column, found, expected)] of the rejected records."""
    records = ImportRecord.objects.filter(file=job, action="reject").order_by("number")
    return [tuple(problem[:4]) for record in records for problem in record.problems]


def notes(job):
    """Why records were skipped."""
    records = ImportRecord.objects.filter(file=job, action="skip").order_by("number")
    return [record.note for record in records]


def ordered(side):
    """{reference: {SKU or title: units}} of all orders of a seller."""
    return {
        order.reference: {line.sku or line.title: line.ordered for line in order.lines.all()}
        for order in side.seller.orders.order_by("reference")
    }


def workbook(rows, *, formats=()):
    """An XLSX file of these rows; `formats` are {cell: its number format}."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in dict(formats).items():
        book.active[cell].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
