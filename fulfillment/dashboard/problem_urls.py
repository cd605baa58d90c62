"""URLs of what customers report, call off, or send back otherwise than approved."""

from django.urls import path

from fulfillment.dashboard.views import problems
from fulfillment.dashboard.views.returns import (
    ahead,
    discrepancies,
    labels,
    opening,
    own_reasons,
    policy,
    reasons,
    refunds,
    repairs,
    terms,
)

urlpatterns = [
    path("problems/<uuid:pk>/", problems.problem, name="dashboard_problem"),
    path("problems/<uuid:pk>/settle/", problems.settle, name="dashboard_settle_problem"),
    path("discrepancies/<uuid:pk>/", discrepancies.discrepancy, name="dashboard_discrepancy"),
    path("repairs/<uuid:pk>/", repairs.repair, name="dashboard_repair"),
    path("refunds/<uuid:pk>/", refunds.refund, name="dashboard_refund"),
    path("refunds/<uuid:pk>/more/", refunds.add_more, name="dashboard_add_to_refund"),
    path("refunds/<uuid:pk>/waive/", refunds.waive, name="dashboard_waive_refund"),
    path("refunds/<uuid:pk>/undo/", refunds.undo, name="dashboard_undo_refund"),
    path("settings/refunds/", terms.terms, name="dashboard_refund_terms"),
    path("settings/return-reasons/", reasons.reasons, name="dashboard_return_reasons"),
    path("settings/return-reasons/new/", own_reasons.add, name="dashboard_add_return_reason"),
    path("return-reasons/<uuid:pk>/", own_reasons.change, name="dashboard_return_reason"),
    path(
        "return-reasons/<uuid:pk>/shift/",
        own_reasons.shift,
        name="dashboard_shift_return_reason",
    ),
    path("settings/returns/", policy.policy, name="dashboard_return_policy"),
    path("return-rules/<uuid:pk>/shift/", policy.shift, name="dashboard_shift_return_rule"),
    path("return-rules/<uuid:pk>/delete/", policy.delete, name="dashboard_delete_return_rule"),
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
    path("orders/<uuid:pk>/return/", opening.open_return, name="dashboard_open_return"),
    path("returns/<uuid:pk>/wait/", ahead.wait, name="dashboard_wait_return"),
    path("returns/<uuid:pk>/surcharge/", ahead.surcharge, name="dashboard_surcharge"),
    path("returns/<uuid:pk>/close/", ahead.close, name="dashboard_close_return"),
    path("returns/<uuid:pk>/label/", labels.make, name="dashboard_make_label"),
    path("returns/<uuid:pk>/label/void/", labels.void, name="dashboard_void_label"),
    path("photos/<uuid:pk>/", problems.photo, name="dashboard_photo"),
]
