"""URLs of reported problems and of orders that customers called off, under /dashboard/."""

from django.urls import path

from fulfillment.dashboard.views import problems

urlpatterns = [
    path("problems/<uuid:pk>/", problems.problem, name="dashboard_problem"),
    path("problems/<uuid:pk>/settle/", problems.settle, name="dashboard_settle_problem"),
    path(
        "orders/<uuid:pk>/called-off/settle/",
        problems.settle_cancellation,
        name="dashboard_settle_call_off",
    ),
    path("photos/<uuid:pk>/", problems.photo, name="dashboard_photo"),
]
