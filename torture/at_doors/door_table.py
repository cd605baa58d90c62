"""Every address of the portal with the roles that may open it, and how an address is written."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter

from orders.access import Role, Scope

PUBLIC = "public"
SELLER = {Role.OWNER, Role.STAFF}
OWNER = {Role.OWNER}
FLOOR = {Role.LEAD, Role.PICKER, Role.PACKER}
PICK = {Role.LEAD, Role.PICKER}
PACK = {Role.LEAD, Role.PACKER}
LEAD = {Role.LEAD}
COURIER = {Role.COURIER}
OPERATOR = {Role.OPERATOR}
EVERYBODY = SELLER | FLOOR | COURIER
API = {Role.API_KEY}

# Address -> who may enter. An address that is missing here fails the build (tests/test_doors.py).
DOORS: dict[str, str | set[Role]] = {
    "home": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "join": PUBLIC,
    "sign_up": PUBLIC,
    "mfa_index": EVERYBODY,
    "account_reauthenticate": EVERYBODY,
    "account_change_password": EVERYBODY,
    "account_set_password": EVERYBODY,
    "usersessions_list": EVERYBODY,
    "mfa_reauthenticate": EVERYBODY,
    "mfa_activate_totp": EVERYBODY,
    "mfa_deactivate_totp": EVERYBODY,
    "mfa_view_recovery_codes": EVERYBODY,
    "mfa_generate_recovery_codes": EVERYBODY,
    "mfa_add_webauthn": EVERYBODY,
    "mfa_remove_passkey": EVERYBODY,
    "mfa_reauthenticate_webauthn": EVERYBODY,
    "dashboard_members": OWNER,
    "dashboard_remove_member": OWNER,
    "dashboard_withdraw_invitation": OWNER,
    "warehouse_people": LEAD,
    "warehouse_remove_person": LEAD,
    "warehouse_withdraw_invitation": LEAD,
    "operator_sellers": OPERATOR,
    "operator_confirm": OPERATOR,
    "operator_decline": OPERATOR,
    "operator_people": OPERATOR,
    "operator_remove": OPERATOR,
    "operator_withdraw_invitation": OPERATOR,
    "track": PUBLIC,
    "track_state": PUBLIC,
    "track_return": PUBLIC,
    "track_updates": PUBLIC,
    "track_unsubscribe": PUBLIC,
    "track_push": PUBLIC,
    "track_brand": PUBLIC,
    "push_worker": PUBLIC,
    "shop_hook": PUBLIC,
    "mail_hook": PUBLIC,
    "sms_report": PUBLIC,
    "sms_inbound": PUBLIC,
    "outbox": PUBLIC,
    "outbox_message": PUBLIC,
    "outbox_html": PUBLIC,
    "api_orders": API,
    "api_order": API,
    "api_bulk": API,
    "api_cancel": API,
    "api_hold": API,
    "api_release": API,
    "api_address": API,
    "api_edit": API,
    "api_units": API,
    "api_events": API,
    "api_shipments": API,
    "api_shipment": API,
    "api_packages": API,
    "api_package": API,
    "api_returns": API,
    "api_return": API,
    "api_products": API,
    "api_product": API,
    "api_picture": API,
    "api_aliases": API,
    "api_alias": API,
    "api_stock": API,
    "api_stock_of": API,
    "api_webhooks": API,
    "api_webhook": API,
    "api_schema": PUBLIC,
    "api_root": PUBLIC,
    "api_unknown": PUBLIC,
    "developers": PUBLIC,
    "dashboard": SELLER,
    "dashboard_orders": SELLER,
    "dashboard_export": SELLER,
    "dashboard_imports": SELLER,
    "dashboard_upload": SELLER,
    "dashboard_import": SELLER,
    "dashboard_import_columns": SELLER,
    "dashboard_begin_import": SELLER,
    "dashboard_rejected": SELLER,
    "dashboard_delete_import": SELLER,
    "dashboard_order": SELLER,
    "dashboard_address": SELLER,
    "dashboard_hold": SELLER,
    "dashboard_cancel": SELLER,
    "dashboard_edit": SELLER,
    "dashboard_units": SELLER,
    "dashboard_cancel_units": SELLER,
    "dashboard_release": SELLER,
    "dashboard_retry": SELLER,
    "dashboard_link": SELLER,
    "dashboard_call": SELLER,
    "dashboard_calls": SELLER,
    "dashboard_retry_call": SELLER,
    "dashboard_dismiss_call": SELLER,
    "dashboard_accept_differences": SELLER,
    "dashboard_payment_rule": OWNER,
    "dashboard_shipping_rule": OWNER,
    "dashboard_pushes": SELLER,
    "dashboard_link_shop": OWNER,
    "dashboard_unlink_shop": OWNER,
    "dashboard_try_shop": OWNER,
    "dashboard_stock_rule": OWNER,
    "dashboard_retry_push": SELLER,
    "dashboard_dismiss_push": SELLER,
    "dashboard_mapping": OWNER,
    "dashboard_approve": SELLER,
    "dashboard_refuse": SELLER,
    "dashboard_promises": SELLER,
    "dashboard_promise_orders": SELLER,
    "dashboard_revise_promise": SELLER,
    "dashboard_stock": SELLER,
    "dashboard_stock_of": SELLER,
    "dashboard_products": SELLER,
    "dashboard_new_product": SELLER,
    "dashboard_product": SELLER,
    "dashboard_edit_product": SELLER,
    "dashboard_archive_product": SELLER,
    "dashboard_add_barcode": SELLER,
    "dashboard_remove_barcode": SELLER,
    "dashboard_add_alias": SELLER,
    "dashboard_picture": SELLER,
    "dashboard_remove_picture": SELLER,
    "dashboard_forget_alias": SELLER,
    "dashboard_settings": OWNER,
    "dashboard_keys": OWNER,
    "dashboard_rotate_key": OWNER,
    "dashboard_revoke_key": OWNER,
    "dashboard_add_channel": OWNER,
    "dashboard_change_secret": OWNER,
    "dashboard_end_secret": OWNER,
    "personal_data": OPERATOR,
    "export_customer": OPERATOR,
    "erase_customer": OPERATOR,
    "export_user": OPERATOR,
    "erase_user": OPERATOR,
    "dashboard_webhooks": OWNER,
    "dashboard_add_webhook": OWNER,
    "dashboard_webhook": OWNER,
    "dashboard_change_webhook": OWNER,
    "dashboard_test_webhook": OWNER,
    "dashboard_pause_webhook": OWNER,
    "dashboard_resume_webhook": OWNER,
    "dashboard_rotate_webhook": OWNER,
    "dashboard_replay_webhook": OWNER,
    "dashboard_delete_webhook": OWNER,
    "dashboard_delivery": OWNER,
    "dashboard_replay_delivery": OWNER,
    "message_settings": OWNER,
    "message_sender": OWNER,
    "suppressed": SELLER,
    "suppression_allow": SELLER,
    "message_texts": OWNER,
    "message_texts_of": OWNER,
    "message_languages": OWNER,
    "message_text": OWNER,
    "message_text_size": OWNER,
    "message_text_publish": OWNER,
    "message_text_discard": OWNER,
    "message_text_withdraw": OWNER,
    "message_text_dry_run": OWNER,
    "message_preview": OWNER,
    "message_preview_mail": OWNER,
    "message_trial": OWNER,
    "message_triggers": OWNER,
    "message_triggers_of": OWNER,
    "message_triggers_dry_run": OWNER,
    "message_quiet_dry_run": OWNER,
    "message_look": OWNER,
    "message_look_of": OWNER,
    "message_again": SELLER,
    "message_leave": SELLER,
    "warehouse_home": FLOOR,
    "warehouse_choose_workplace": FLOOR,
    "warehouse_picture": FLOOR,
    "warehouse_receive": FLOOR,
    "warehouse_undo_receipt": FLOOR,
    "warehouse_pick": PICK,
    "warehouse_pick_list": PICK,
    "warehouse_report_short": PICK,
    "warehouse_pack": PACK,
    "warehouse_label": PACK,
    "warehouse_pack_shipment": PACK,
    "warehouse_close_box": PACK,
    "warehouse_empty_box": PACK,
    "warehouse_make_labels": PACK,
    "warehouse_undo": PACK,
    "warehouse_undo_hand_over": PACK,
    "warehouse_put_back": LEAD,
    "warehouse_put_back_walk": FLOOR,
    "warehouse_slip": PACK,
    "warehouse_box_label": PACK,
    "warehouse_finish": PACK,
    "warehouse_dispatch": PACK,
    "warehouse_hand_over": PACK,
    "warehouse_clear_list": PACK,
    "warehouse_runs": LEAD,
    "warehouse_plan_run": LEAD,
    "warehouse_run": LEAD,
    "warehouse_start_run": LEAD,
    "warehouse_cancel_run": LEAD,
    "warehouse_end_run": LEAD,
    "warehouse_undelivered": LEAD,
    "warehouse_collected": LEAD,
    "warehouse_send_back": LEAD,
    "warehouse_take_back": LEAD,
    "warehouse_undo_undelivered": LEAD,
    "warehouse_returns": PICK,
    "warehouse_inspect_return": PICK,
    "warehouse_count_return": PICK,
    "warehouse_write_off": PICK,
    "warehouse_badge": PUBLIC,
    "warehouse_badge_out": FLOOR,
    "warehouse_lock": FLOOR,
    "warehouse_unlock": FLOOR,
    "warehouse_badges": LEAD,
    "warehouse_issue_badge": LEAD,
    "warehouse_new_pin": LEAD,
    "warehouse_unlock_badge": LEAD,
    "warehouse_withdraw_badge": LEAD,
    "warehouse_enrol_device": LEAD,
    "warehouse_revoke_device": LEAD,
    "courier": COURIER,
    "courier_start": COURIER,
    "courier_deliver": COURIER,
    "courier_fail": COURIER,
    "courier_pickup": COURIER,
    "courier_undo": COURIER,
}

# Door of the API -> method -> the scope that a key needs.
SCOPES = {
    "api_orders": {"GET": Scope.READ, "POST": Scope.ORDERS},
    "api_order": {"GET": Scope.READ},
    "api_bulk": {"POST": Scope.ORDERS},
    "api_cancel": {"POST": Scope.ORDERS},
    "api_hold": {"POST": Scope.ORDERS},
    "api_release": {"POST": Scope.ORDERS},
    "api_address": {"POST": Scope.ORDERS},
    "api_edit": {"POST": Scope.ORDERS},
    "api_units": {"POST": Scope.ORDERS},
    "api_events": {"GET": Scope.READ},
    "api_shipments": {"GET": Scope.READ},
    "api_shipment": {"GET": Scope.READ},
    "api_packages": {"GET": Scope.READ},
    "api_package": {"GET": Scope.READ},
    "api_returns": {"GET": Scope.READ},
    "api_return": {"GET": Scope.READ},
    "api_products": {"GET": Scope.READ, "POST": Scope.STOCK},
    "api_product": {"GET": Scope.READ, "PATCH": Scope.STOCK},
    "api_picture": {"GET": Scope.READ, "PUT": Scope.STOCK, "DELETE": Scope.STOCK},
    "api_aliases": {"GET": Scope.READ, "POST": Scope.STOCK},
    "api_alias": {"GET": Scope.READ, "DELETE": Scope.STOCK},
    "api_stock": {"GET": Scope.READ},
    "api_stock_of": {"GET": Scope.READ},
    "api_webhooks": {"GET": Scope.WEBHOOKS},
    "api_webhook": {"GET": Scope.WEBHOOKS},
}
# Pages that show or change a secret: the place to ask for a fresh sign-in.
SENSITIVE = {
    "account_set_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_remove_passkey",
    "operator_confirm",
    "operator_decline",
    "operator_remove",
    "dashboard_keys",
    "dashboard_rotate_key",
    "dashboard_revoke_key",
    "dashboard_change_secret",
    "dashboard_end_secret",
    "dashboard_link_shop",
    "dashboard_add_webhook",
    "dashboard_rotate_webhook",
    "personal_data",
    "export_customer",
    "erase_customer",
    "export_user",
    "erase_user",
    "warehouse_badges",
    "warehouse_issue_badge",
    "warehouse_new_pin",
    "warehouse_unlock_badge",
    "warehouse_withdraw_badge",
    "warehouse_enrol_device",
    "warehouse_revoke_device",
}


@cache
def routes() -> dict[str, URLPattern]:
    """Every named route outside the operator's admin: {name: pattern}."""
    return {str(pattern.name): pattern for pattern in _patterns(get_resolver().url_patterns)}


def _patterns(patterns: Iterable[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.app_name != "admin":
            yield from _patterns(pattern.url_patterns)


def address(name: str, rows: Mapping[str, Any]) -> str:
    """The address of a route; the part before an id names its row, else the id is nobody's."""
    pattern, parts = template(name), {}
    steps = pattern.split("/")
    for before, step in zip(["", *steps], steps, strict=False):
        if step.startswith("<"):
            keyword = step.partition(">")[0].partition(":")[2]
            row = rows.get(before)
            parts[keyword] = row.pk if row else _nobody(name, keyword)
    return reverse(name, kwargs=parts)


def _nobody(name: str, keyword: str) -> object:
    converters = get_resolver().reverse_dict.getlist(name)[0][3]
    return 2**40 if isinstance(converters[keyword], IntConverter) else uuid4()


@cache
def template(name: str) -> str:
    """The address of a route with <x:keyword> in the place of each id."""
    found, keywords = get_resolver().reverse_dict.getlist(name)[0][0][0]
    for keyword in keywords:
        found = found.replace(f"%({keyword})s", f"<x:{keyword}>")
    return str(found)
