"""URLs of the dashboard, under /dashboard/."""

from django.urls import include, path

from fulfillment.dashboard.views import (
    attention,
    keys,
    orders,
    personal_data,
    promises,
    settings,
    shops,
    stock,
)

urlpatterns = [
    path("", attention.attention, name="dashboard"),
    path("orders/", orders.orders, name="dashboard_orders"),
    path("orders/<uuid:pk>/", orders.order, name="dashboard_order"),
    path("orders/<uuid:pk>/address/", orders.enter_order_address, name="dashboard_address"),
    path("orders/<uuid:pk>/hold/", orders.hold, name="dashboard_hold"),
    path("orders/<uuid:pk>/cancel/", orders.cancel, name="dashboard_cancel"),
    path("holds/<uuid:pk>/release/", orders.release, name="dashboard_release"),
    path("dead-letters/<uuid:pk>/retry/", orders.retry, name="dashboard_retry"),
    path("settings/calls/<uuid:pk>/", shops.call, name="dashboard_call"),
    path("settings/calls/<uuid:pk>/retry/", shops.try_again, name="dashboard_retry_call"),
    path("settings/calls/<uuid:pk>/dismiss/", shops.dismiss, name="dashboard_dismiss_call"),
    path("differences/<uuid:pk>/accept/", shops.keep_as_it_is, name="dashboard_accept_differences"),
    path("lines/<uuid:pk>/link/", orders.link, name="dashboard_link"),
    path("returns/<uuid:pk>/approve/", orders.approve, name="dashboard_approve"),
    path("returns/<uuid:pk>/refuse/", orders.refuse, name="dashboard_refuse"),
    path("promises/", promises.promises, name="dashboard_promises"),
    path("promises/orders/", promises.promise_orders, name="dashboard_promise_orders"),
    path("promises/<uuid:pk>/revise/", promises.revise, name="dashboard_revise_promise"),
    path("stock/", stock.stock, name="dashboard_stock"),
    path("stock/<uuid:pk>/", stock.product, name="dashboard_product"),
    path("", include("fulfillment.dashboard.message_urls")),
    path("personal-data/", personal_data.personal_data, name="personal_data"),
    path(
        "personal-data/customer/export/",
        personal_data.export_one_customer,
        name="export_customer",
    ),
    path("personal-data/customer/erase/", personal_data.erase_one_customer, name="erase_customer"),
    path("personal-data/user/export/", personal_data.export_one_user, name="export_user"),
    path("personal-data/user/erase/", personal_data.erase_one_user, name="erase_user"),
    path("settings/", settings.settings, name="dashboard_settings"),
    path("settings/keys/", keys.keys, name="dashboard_keys"),
    path("settings/keys/<uuid:pk>/rotate/", keys.rotate_key, name="dashboard_rotate_key"),
    path("settings/keys/<uuid:pk>/revoke/", keys.revoke_key, name="dashboard_revoke_key"),
    path("settings/channels/<uuid:pk>/calls/", shops.calls, name="dashboard_calls"),
    path(
        "settings/channels/<uuid:pk>/payment/",
        shops.change_payment_rule,
        name="dashboard_payment_rule",
    ),
    path("settings/channels/", settings.add_channel, name="dashboard_add_channel"),
    path(
        "settings/channels/<uuid:pk>/secret/",
        settings.change_secret,
        name="dashboard_change_secret",
    ),
    path(
        "settings/channels/<uuid:pk>/secret/end/",
        settings.end_secret,
        name="dashboard_end_secret",
    ),
]
