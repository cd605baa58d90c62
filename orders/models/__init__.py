"""Models of accounts, products, orders, shipments, promises and returns."""

from orders.models.account_mails import AccountMail
from orders.models.accounts import ApiKey, Member, Seller, User, Warehouse
from orders.models.calls import Call, ShopOrder
from orders.models.carriers import (
    Destination,
    LabelRequest,
    PickupPoint,
    SellerWarehouse,
    Service,
)
from orders.models.catalogue import Barcode, KitPart, Picture, Product, ProductChange, SkuAlias
from orders.models.changes import OrderChange, SentCopy
from orders.models.events import Event, EventEpoch, ManyReturns, NumberFact, NumbersPlace
from orders.models.files import Import, ImportMapping, ImportRecord
from orders.models.holds import Hold
from orders.models.invitations import Invitation, SellerApplication
from orders.models.money.refunds import Charge, Refund, RefundLine
from orders.models.orders import IdempotencyKey, Order, OrderLine, RoutingRule
from orders.models.promises import Promise, PromiseCount
from orders.models.pushes import Push, ShopLink, ToldStock
from orders.models.returning.labels import ReturnLabel
from orders.models.returning.problems import Problem, ProblemPhoto
from orders.models.returning.reasons import ReturnReason
from orders.models.returning.repairs import Repair
from orders.models.returns import Discrepancy, Return, ReturnLine, ReturnRule
from orders.models.shipments import Package, PackageLine, Shipment, ShipmentLine, Wish
from orders.models.shops import SalesChannel
from orders.models.work import BulkJob, BulkRow, DeadLetter, MatterMark, OrderView

__all__ = [
    "AccountMail",
    "ApiKey",
    "Barcode",
    "BulkJob",
    "BulkRow",
    "Call",
    "Charge",
    "DeadLetter",
    "Destination",
    "Discrepancy",
    "Event",
    "EventEpoch",
    "Hold",
    "IdempotencyKey",
    "Import",
    "ImportMapping",
    "ImportRecord",
    "Invitation",
    "KitPart",
    "LabelRequest",
    "ManyReturns",
    "MatterMark",
    "Member",
    "NumberFact",
    "NumbersPlace",
    "Order",
    "OrderChange",
    "OrderLine",
    "OrderView",
    "Package",
    "PackageLine",
    "PickupPoint",
    "Picture",
    "Problem",
    "ProblemPhoto",
    "Product",
    "ProductChange",
    "Promise",
    "PromiseCount",
    "Push",
    "Refund",
    "RefundLine",
    "Repair",
    "Return",
    "ReturnLabel",
    "ReturnLine",
    "ReturnReason",
    "ReturnRule",
    "RoutingRule",
    "SalesChannel",
    "Seller",
    "SellerApplication",
    "SellerWarehouse",
    "SentCopy",
    "Service",
    "Shipment",
    "ShipmentLine",
    "ShopLink",
    "ShopOrder",
    "SkuAlias",
    "ToldStock",
    "User",
    "Warehouse",
    "Wish",
]
