"""URLs of the API, under /api/v1/."""

from django.urls import path

from fulfillment.api.calls import CallDetail, CallList, DismissCall, RetryCall
from fulfillment.api.catalogue.aliases import AliasDetail, AliasList
from fulfillment.api.catalogue.pictures import PictureDetail
from fulfillment.api.catalogue.products import ProductDetail, ProductList
from fulfillment.api.developers import developers, openapi
from fulfillment.api.events import EventList
from fulfillment.api.inbounds import CancelInbound, InboundDetail, InboundList
from fulfillment.api.orders.actions import (
    AddressOrder,
    CancelOrder,
    HoldOrder,
    ReleaseOrder,
    UncancelOrder,
)
from fulfillment.api.orders.bulk import BulkOrders
from fulfillment.api.orders.editing import ChangeUnits, EditOrder, JoinOrder, SplitOrder
from fulfillment.api.orders.merging import MergeOrders, UnmergeOrder
from fulfillment.api.orders.moving import MoveOrder
from fulfillment.api.orders.routing import RuleList
from fulfillment.api.orders.services import ServiceDetail, ServiceList
from fulfillment.api.orders.views import OrderDetail, OrderList
from fulfillment.api.packages import PackageDetail, PackageList
from fulfillment.api.returning.deciding import ApproveReturn, RefuseReturn, Returns
from fulfillment.api.returning.differing import (
    DecideDiscrepancy,
    DiscrepancyDetail,
    DiscrepancyList,
)
from fulfillment.api.returns import ReturnDetail
from fulfillment.api.shipments import ShipmentDetail, ShipmentList
from fulfillment.api.stock import StockDetail, StockList
from fulfillment.api.unknown import unknown
from fulfillment.api.webhooks.deliveries import DeliveryList, Redeliver
from fulfillment.api.webhooks.endpoints import RotateSecret, WebhookDetail, WebhookList

urlpatterns = [
    path("api/v1/orders/", OrderList.as_view(), name="api_orders"),
    path("api/v1/orders/bulk/", BulkOrders.as_view(), name="api_bulk"),
    path("api/v1/orders/<uuid:id>/", OrderDetail.as_view(), name="api_order"),
    path("api/v1/orders/<uuid:id>/cancel/", CancelOrder.as_view(), name="api_cancel"),
    path("api/v1/orders/<uuid:id>/uncancel/", UncancelOrder.as_view(), name="api_uncancel"),
    path("api/v1/orders/<uuid:id>/hold/", HoldOrder.as_view(), name="api_hold"),
    path("api/v1/orders/<uuid:id>/release/", ReleaseOrder.as_view(), name="api_release"),
    path("api/v1/orders/<uuid:id>/edit/", EditOrder.as_view(), name="api_edit"),
    path("api/v1/orders/<uuid:id>/units/", ChangeUnits.as_view(), name="api_units"),
    path("api/v1/orders/<uuid:id>/split/", SplitOrder.as_view(), name="api_split"),
    path("api/v1/orders/<uuid:id>/join/", JoinOrder.as_view(), name="api_join"),
    path("api/v1/orders/<uuid:id>/merge/", MergeOrders.as_view(), name="api_merge"),
    path("api/v1/orders/<uuid:id>/unmerge/", UnmergeOrder.as_view(), name="api_unmerge"),
    path("api/v1/orders/<uuid:id>/move/", MoveOrder.as_view(), name="api_move"),
    path("api/v1/orders/<uuid:id>/address/", AddressOrder.as_view(), name="api_address"),
    path("api/v1/routing-rules/", RuleList.as_view(), name="api_rules"),
    path("api/v1/services/", ServiceList.as_view(), name="api_services"),
    path("api/v1/services/<uuid:id>/", ServiceDetail.as_view(), name="api_service"),
    path("api/v1/events/", EventList.as_view(), name="api_events"),
    path("api/v1/shipments/", ShipmentList.as_view(), name="api_shipments"),
    path("api/v1/shipments/<uuid:id>/", ShipmentDetail.as_view(), name="api_shipment"),
    path("api/v1/packages/", PackageList.as_view(), name="api_packages"),
    path("api/v1/packages/<uuid:id>/", PackageDetail.as_view(), name="api_package"),
    path("api/v1/returns/", Returns.as_view(), name="api_returns"),
    path("api/v1/returns/<uuid:id>/", ReturnDetail.as_view(), name="api_return"),
    path("api/v1/returns/<uuid:id>/approve/", ApproveReturn.as_view(), name="api_approve_return"),
    path("api/v1/returns/<uuid:id>/refuse/", RefuseReturn.as_view(), name="api_refuse_return"),
    path("api/v1/discrepancies/", DiscrepancyList.as_view(), name="api_discrepancies"),
    path("api/v1/discrepancies/<uuid:id>/", DiscrepancyDetail.as_view(), name="api_discrepancy"),
    path(
        "api/v1/discrepancies/<uuid:id>/decide/",
        DecideDiscrepancy.as_view(),
        name="api_decide_discrepancy",
    ),
    path("api/v1/products/", ProductList.as_view(), name="api_products"),
    path("api/v1/products/<uuid:id>/", ProductDetail.as_view(), name="api_product"),
    path("api/v1/products/<uuid:id>/picture/", PictureDetail.as_view(), name="api_picture"),
    path("api/v1/aliases/", AliasList.as_view(), name="api_aliases"),
    path("api/v1/aliases/<uuid:id>/", AliasDetail.as_view(), name="api_alias"),
    path("api/v1/stock/", StockList.as_view(), name="api_stock"),
    path("api/v1/stock/<uuid:id>/", StockDetail.as_view(), name="api_stock_of"),
    path("api/v1/inbound/", InboundList.as_view(), name="api_inbounds"),
    path("api/v1/inbound/<uuid:id>/", InboundDetail.as_view(), name="api_inbound"),
    path("api/v1/inbound/<uuid:id>/cancel/", CancelInbound.as_view(), name="api_cancel_inbound"),
    path("api/v1/calls/", CallList.as_view(), name="api_calls"),
    path("api/v1/calls/<uuid:id>/", CallDetail.as_view(), name="api_call"),
    path("api/v1/calls/<uuid:id>/retry/", RetryCall.as_view(), name="api_retry_call"),
    path("api/v1/calls/<uuid:id>/dismiss/", DismissCall.as_view(), name="api_dismiss_call"),
    path("api/v1/webhooks/", WebhookList.as_view(), name="api_webhooks"),
    path("api/v1/webhooks/<uuid:id>/", WebhookDetail.as_view(), name="api_webhook"),
    path("api/v1/webhooks/<uuid:id>/rotate/", RotateSecret.as_view(), name="api_rotate_webhook"),
    path("api/v1/webhooks/<uuid:id>/redeliver/", Redeliver.as_view(), name="api_redeliver"),
    path("api/v1/deliveries/", DeliveryList.as_view(), name="api_deliveries"),
    path("api/v1/openapi.json", openapi, name="api_schema"),
    path("api/", unknown, name="api_root"),
    path("api/<path:rest>", unknown, name="api_unknown"),
    path("developers/", developers, name="developers"),
]
