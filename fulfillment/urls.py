"""Every URL of the product."""

from allauth.account import views as account
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from fulfillment.home import home
from fulfillment.serving.probes import healthz, readyz
from orders.access import public
from orders.intake.views import receive_order

# Here, so that only the web process pays for it; roles and addresses are not kept in these two.
admin.autodiscover()
admin.site.unregister([Group, EmailAddress])

urlpatterns = [
    # First, because it is called most and each pattern before it costs.
    path("", include("fulfillment.api.urls")),
    path("", home, name="home"),
    path("healthz", public(healthz), name="healthz"),
    path("readyz", public(readyz), name="readyz"),
    path("accounts/login/", public(account.login), name="account_login"),
    path("accounts/logout/", public(account.logout), name="account_logout"),
    path("dashboard/", include("fulfillment.dashboard.urls")),
    path("", include("warehouse.urls")),
    path("", include("notifications.urls")),
    path("", include("fulfillment.tracking.urls")),
    path("", include("fulfillment.demo.urls")),
    path("hooks/shops/<uuid:channel_id>/", receive_order, name="shop_hook"),
    path("admin/", admin.site.urls),
]
