"""URLs of the pages of routing rules, under /dashboard/settings/."""

from django.urls import path

from fulfillment.dashboard.views import rules

urlpatterns = [
    path("settings/rules/", rules.rules, name="dashboard_rules"),
    path("settings/sellers/<uuid:pk>/rules/new/", rules.new, name="dashboard_new_rule"),
    path("settings/rules/<uuid:pk>/", rules.edit, name="dashboard_edit_rule"),
    path("settings/rules/<uuid:pk>/move/", rules.shift, name="dashboard_shift_rule"),
    path("settings/rules/<uuid:pk>/switch/", rules.switch, name="dashboard_switch_rule"),
    path("settings/rules/<uuid:pk>/delete/", rules.delete, name="dashboard_withdraw_rule"),
]
