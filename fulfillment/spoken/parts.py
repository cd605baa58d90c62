"""The parts of the portal that speak more than English: their languages and their pages.

A part speaks a language as a whole: its catalogue has every text, or tests/spoken/ fails.
Every other page is English, whoever reads it: never two languages on one page.
"""

NAMES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pl": "Polski",
    "ar": "العربية",
}
FLOOR = ("en", "de", "fr", "es", "pl")
DASHBOARD = ("en", "de", "fr", "es", "ar")
SIGN_IN = ("en", "de", "fr", "es", "pl", "ar")

# By the name of an address.
FLOOR_PAGES = (
    "warehouse_home", "warehouse_choose_workplace", "warehouse_unsaved", "warehouse_refused",
    "warehouse_pick", "warehouse_pick_list", "warehouse_report_short", "warehouse_undo_pick",
    "warehouse_put_back_walk", "warehouse_not_in_tote", "warehouse_empty_tote",
    "warehouse_pause_walk", "warehouse_continue_walk",
    "warehouse_wall", "warehouse_sort", "warehouse_not_there",
    "warehouse_pack", "warehouse_label", "warehouse_pack_shipment", "warehouse_close_box",
    "warehouse_empty_box", "warehouse_take_out", "warehouse_make_labels", "warehouse_finish",
    "warehouse_pack_apart", "warehouse_undo", "warehouse_put_back",
    "warehouse_bench_printers", "warehouse_print_again",
    "warehouse_printers", "warehouse_renew_printer", "warehouse_remove_printer",
    "warehouse_dispatch", "warehouse_hand_over", "warehouse_manifest", "warehouse_clear_list",
    "warehouse_undo_hand_over",
    "warehouse_receive", "warehouse_undo_receipt", "warehouse_inbounds", "warehouse_inbound",
    "warehouse_undo_inbound", "warehouse_damaged", "warehouse_undamaged",
    "warehouse_close_inbound", "warehouse_put_away", "warehouse_undo_put_away",
    "warehouse_refills", "warehouse_refill", "warehouse_drop_refill",
    "warehouse_counts", "warehouse_count", "warehouse_finish_count", "warehouse_count_anew",
    "warehouse_runs", "warehouse_run", "warehouse_start_run", "warehouse_cancel_run",
    "warehouse_end_run",
    "warehouse_badge", "warehouse_badge_out", "warehouse_lock", "warehouse_unlock",
    "courier", "courier_unsaved", "courier_start", "courier_load", "courier_unload",
    "courier_break_off", "courier_deliver", "courier_fail", "courier_pickup", "courier_undo",
)  # fmt: skip
# Pages of sellers, and their buttons that lead back to one of them.
DASHBOARD_PAGES = (
    "dashboard", "dashboard_jump", "dashboard_mark", "dashboard_put_away_checklist",
    "dashboard_settle_problem",
    "dashboard_settle_discrepancy", "dashboard_settle_call_off",
    "dashboard_orders", "dashboard_bulk", "dashboard_begin_bulk", "dashboard_bulk_job",
    "dashboard_slips",
    "dashboard_save_view", "dashboard_delete_view",
    "dashboard_returns", "dashboard_approve_returns", "dashboard_refuse_returns",
    "dashboard_order", "dashboard_address", "dashboard_hold", "dashboard_cancel", "dashboard_tag",
    "dashboard_uncancel", "dashboard_together", "dashboard_apart", "dashboard_split",
    "dashboard_join", "dashboard_edit", "dashboard_units", "dashboard_cancel_units",
    "dashboard_release", "dashboard_link", "dashboard_retry", "dashboard_approve",
    "dashboard_move_shipment",
    "dashboard_refuse", "dashboard_revise", "dashboard_open_return",
    "dashboard_accept_differences",
    "dashboard_revise_promise", "dashboard_wait_return", "dashboard_close_return",
    "dashboard_surcharge", "dashboard_make_label", "dashboard_void_label",
    "dashboard_problem", "dashboard_discrepancy", "dashboard_refund", "dashboard_waive_refund",
    "dashboard_add_to_refund", "dashboard_repair",
    "dashboard_undo_refund", "message_again", "message_leave", "message_sent",
    "dashboard_products", "dashboard_new_product", "dashboard_product", "dashboard_edit_product",
    "dashboard_archive_product", "dashboard_add_barcode", "dashboard_remove_barcode",
    "dashboard_add_part", "dashboard_remove_part", "dashboard_picture", "dashboard_remove_picture",
    "dashboard_add_alias", "dashboard_forget_alias", "dashboard_stock", "dashboard_stock_of",
    "dashboard_keys", "dashboard_rotate_key", "dashboard_revoke_key",
    "dashboard_buildings", "dashboard_shift_building", "dashboard_pause_building",
    "dashboard_building_returns", "dashboard_remove_building",
    "dashboard_members", "dashboard_remove_member", "dashboard_withdraw_invitation",
    "dashboard_return_policy", "dashboard_shift_return_rule", "dashboard_delete_return_rule",
    "dashboard_refund_terms", "dashboard_return_reasons", "dashboard_add_return_reason",
    "dashboard_return_reason", "dashboard_shift_return_reason",
    "dashboard_demo", "dashboard_demo_close", "dashboard_demo_remove", "dashboard_news",
    "dashboard_promises", "dashboard_promise_orders",
    "dashboard_numbers", "dashboard_number_cover", "dashboard_number_rows", "dashboard_returned",
    "dashboard_returned_rows",
    "dashboard_imports", "dashboard_upload", "dashboard_import", "dashboard_import_columns",
    "dashboard_begin_import", "dashboard_delete_import",
    "message_settings", "message_sender", "message_quiet_dry_run", "suppressed",
    "suppression_allow", "message_triggers", "message_triggers_of", "message_triggers_dry_run",
    "message_look", "message_look_of", "message_texts", "message_texts_of", "message_languages",
    "message_text", "message_text_live", "message_text_publish", "message_text_discard",
    "message_text_withdraw", "message_preview", "message_trial", "message_text_dry_run",
    "dashboard_services", "dashboard_new_service", "dashboard_try_address",
    "dashboard_adopt_services", "dashboard_edit_service", "dashboard_shift_service",
    "dashboard_switch_service", "dashboard_withdraw_service",
    "dashboard_rules", "dashboard_new_rule", "dashboard_edit_rule", "dashboard_shift_rule",
    "dashboard_switch_rule", "dashboard_withdraw_rule",
    "dashboard_webhooks", "dashboard_add_webhook", "dashboard_webhook", "dashboard_change_webhook",
    "dashboard_test_webhook", "dashboard_pause_webhook", "dashboard_resume_webhook",
    "dashboard_rotate_webhook", "dashboard_replay_webhook", "dashboard_delete_webhook",
    "dashboard_delivery", "dashboard_replay_delivery",
    "dashboard_settings", "dashboard_shipping_rule", "dashboard_payment_rule",
    "dashboard_add_channel", "dashboard_rename_channel", "dashboard_switch_channel",
    "dashboard_delete_channel", "dashboard_change_secret", "dashboard_end_secret",
    "dashboard_calls", "dashboard_call", "dashboard_mapping", "dashboard_pushes",
    "dashboard_retry_call", "dashboard_dismiss_call", "dashboard_retry_push",
    "dashboard_dismiss_push",
    "dashboard_link_shop", "dashboard_unlink_shop", "dashboard_try_shop", "dashboard_stock_rule",
    "dashboard_inbounds", "dashboard_announce", "dashboard_inbound", "dashboard_cancel_inbound",
    "dashboard_settle_inbound", "dashboard_damage", "dashboard_photo",
    "personal_data", "export_customer", "erase_customer", "export_user", "erase_user",
)  # fmt: skip
SIGN_IN_PAGES = (
    "account_login", "account_logout", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "mfa_authenticate", "mfa_login_webauthn",
    "join", "sign_up", "mfa_index", "account_reauthenticate", "account_change_password",
    "account_set_password", "account_numbers", "account_shortcuts", "usersessions_list",
    "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_remove_passkey",
    "mfa_reauthenticate_webauthn",
)  # fmt: skip
LANGUAGES_OF_PAGES = (
    dict.fromkeys(FLOOR_PAGES, FLOOR)
    | dict.fromkeys(DASHBOARD_PAGES, DASHBOARD)
    | dict.fromkeys(SIGN_IN_PAGES, SIGN_IN)
)
