"""URLs of work on the order list: acts on many orders, saved views, tags."""

from django.urls import path

from fulfillment.dashboard.views import orders
from fulfillment.dashboard.views.lists import bulk, saved, slips
from fulfillment.dashboard.views.returns import listing, ticked

urlpatterns = [
    path("orders/bulk/", bulk.choose, name="dashboard_bulk"),
    path("orders/bulk/begin/", bulk.begin, name="dashboard_begin_bulk"),
    path("orders/slips/", slips.slips, name="dashboard_slips"),
    path("bulk/<uuid:pk>/", bulk.bulk_job, name="dashboard_bulk_job"),
    path("returns/", listing.returns, name="dashboard_returns"),
    path("returns/export/", listing.export_returns, name="dashboard_export_returns"),
    path("returns/approve/", ticked.approve_ticked, name="dashboard_approve_returns"),
    path("returns/refuse/", ticked.refuse_ticked, name="dashboard_refuse_returns"),
    path("views/", saved.save, name="dashboard_save_view"),
    path("views/<uuid:pk>/delete/", saved.delete, name="dashboard_delete_view"),
    path("orders/<uuid:pk>/tag/", orders.tag, name="dashboard_tag"),
]
