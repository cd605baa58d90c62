"""URLs of what customers report, call off, or send back otherwise than approved."""

from django.urls import path

from fulfillment.dashboard.views import discrepancies, problems

urlpatterns = [
    path("problems/<uuid:pk>/", problems.problem, name="dashboard_problem"),
    path("problems/<uuid:pk>/settle/", problems.settle, name="dashboard_settle_problem"),
    path("discrepancies/<uuid:pk>/", discrepancies.discrepancy, name="dashboard_discrepancy"),
    path(
        "discrepancies/<uuid:pk>/settle/",
        discrepancies.settle,
        name="dashboard_settle_discrepancy",
    ),
    path(
        "orders/<uuid:pk>/called-off/settle/",
        problems.settle_cancellation,
        name="dashboard_settle_call_off",
    ),
    path("photos/<uuid:pk>/", problems.photo, name="dashboard_photo"),
]
