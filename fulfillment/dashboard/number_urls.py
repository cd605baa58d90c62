"""URLs of the numbers of sellers."""

from django.urls import path

from fulfillment.dashboard.views.numbers import cover, file, page, returned, rows

urlpatterns = [
    path("numbers/", page.numbers, name="dashboard_numbers"),
    path("numbers/export/", file.export_numbers, name="dashboard_export_numbers"),
    path("numbers/cover/", cover.cover, name="dashboard_number_cover"),
    path("numbers/rows/", rows.number_rows, name="dashboard_number_rows"),
    path("numbers/returned/", returned.returned, name="dashboard_returned"),
    path("numbers/returned/rows/", returned.returned_rows, name="dashboard_returned_rows"),
    path("numbers/returned/export/", returned.export_returned, name="dashboard_export_returned"),
]
