"""Every URL of the product."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from fulfillment.home import home
from fulfillment.observability.metrics import metrics
from fulfillment.serving.probes import healthz, readyz
from orders.access import public
from orders.intake.views import receive_call

# Here, so that only the web process pays for it. Roles and addresses are not kept in the first two,
# and what the others hold is for their person alone.
admin.autodiscover()
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])

handler400 = "fulfillment.home.unreadable"
handler500 = "fulfillment.home.broken"

urlpatterns = [
    # First, because they are called most and each pattern before them costs: of the floor one.
    path("track/", include("fulfillment.tracking.urls")),
    path("", include("warehouse.urls")),
    path("", include("fulfillment.api.urls")),
    path("", home, name="home"),
    path("healthz", public(healthz), name="healthz"),
    path("readyz", public(readyz), name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include("fulfillment.accounts.urls")),
    path("dashboard/", include("fulfillment.dashboard.urls")),
    path("", include("notifications.urls")),
    path("", include("fulfillment.demo.urls")),
    path("hooks/shops/<uuid:channel_id>/", receive_call, name="shop_hook"),
    path("admin/", admin.site.urls),
]
