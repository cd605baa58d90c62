"""URLs of the warehouse's and the couriers' screens."""

from django.urls import path

from warehouse.badges.views import leads, sign_in
from warehouse.corrections.views import correcting, counts
from warehouse.couriers.views import day as courier
from warehouse.couriers.views import lost, points, runs, undelivered
from warehouse.documents import views as documents
from warehouse.floor.views import cartons, home, packing, picking, putting_back, totes, walks
from warehouse.floor.views import hand_over as dispatch
from warehouse.inbound.views import putting_away, replenishing
from warehouse.inbound.views import receiving as inbound
from warehouse.places.views import files as location_files
from warehouse.places.views import labels, places
from warehouse.returns import aside_views, unannounced_views
from warehouse.returns import views as returns
from warehouse.scanning import screens as floor
from warehouse.scanning import views as scans
from warehouse.stock import views as blind

urlpatterns = [
    path("warehouse/", home.home, name="warehouse_home"),
    path("warehouse/workplace/", floor.choose_workplace, name="warehouse_choose_workplace"),
    path("warehouse/counts/", counts.counts, name="warehouse_counts"),
    path("warehouse/counts/<uuid:pk>/", counts.count, name="warehouse_count"),
    path("warehouse/counts/<uuid:pk>/finish/", counts.finish, name="warehouse_finish_count"),
    path("warehouse/counts/<uuid:pk>/anew/", counts.anew, name="warehouse_count_anew"),
    path("warehouse/adjust/", correcting.adjust, name="warehouse_adjust"),
    path("warehouse/adjust/save/", correcting.save_adjustment, name="warehouse_save_adjustment"),
    path("warehouse/move/", correcting.move, name="warehouse_move"),
    path("warehouse/corrections/", correcting.corrections, name="warehouse_corrections"),
    path(
        "warehouse/corrections/<uuid:pk>/",
        correcting.decide,
        name="warehouse_decide_correction",
    ),
    path("warehouse/scans/unsaved/", scans.unsaved, name="warehouse_unsaved"),
    path("warehouse/scans/refused/", scans.refused, name="warehouse_refused"),
    path("warehouse/receive/", blind.receive, name="warehouse_receive"),
    path("warehouse/receive/undo/", blind.undo, name="warehouse_undo_receipt"),
    path("warehouse/inbound/", inbound.inbounds, name="warehouse_inbounds"),
    path("warehouse/inbound/<uuid:pk>/", inbound.inbound, name="warehouse_inbound"),
    path("warehouse/inbound/<uuid:pk>/undo/", inbound.undo, name="warehouse_undo_inbound"),
    path("warehouse/inbound/<uuid:pk>/damaged/", inbound.damaged, name="warehouse_damaged"),
    path("warehouse/inbound/<uuid:pk>/undamaged/", inbound.undamaged, name="warehouse_undamaged"),
    path("warehouse/inbound/<uuid:pk>/close/", inbound.close, name="warehouse_close_inbound"),
    path("warehouse/put-away/", putting_away.to_put_away, name="warehouse_put_away"),
    path("warehouse/put-away/undo/", putting_away.undo, name="warehouse_undo_put_away"),
    path("warehouse/refills/", replenishing.refills, name="warehouse_refills"),
    path("warehouse/refills/<uuid:pk>/", replenishing.refill, name="warehouse_refill"),
    path("warehouse/refills/<uuid:pk>/drop/", replenishing.drop, name="warehouse_drop_refill"),
    path("warehouse/faces/", replenishing.faces, name="warehouse_faces"),
    path("warehouse/faces/<uuid:pk>/remove/", replenishing.unface, name="warehouse_remove_face"),
    path("warehouse/pictures/<uuid:pk>/", home.picture, name="warehouse_picture"),
    path("warehouse/pick/", picking.pick, name="warehouse_pick"),
    path("warehouse/pick/<uuid:pk>/", picking.pick_list, name="warehouse_pick_list"),
    path(
        "warehouse/pick/<uuid:pk>/short/<uuid:line_pk>/",
        picking.report,
        name="warehouse_report_short",
    ),
    path("warehouse/pick/<uuid:pk>/undo/<uuid:line_pk>/", picking.undo, name="warehouse_undo_pick"),
    path(
        "warehouse/pick/<uuid:pk>/put-back/",
        putting_back.put_back_walk,
        name="warehouse_put_back_walk",
    ),
    path(
        "warehouse/pick/<uuid:pk>/put-back/missing/<uuid:line_pk>/",
        putting_back.not_in_tote,
        name="warehouse_not_in_tote",
    ),
    path(
        "warehouse/pick/<uuid:pk>/put-back/empty/",
        putting_back.emptied,
        name="warehouse_empty_tote",
    ),
    path("warehouse/pick/<uuid:pk>/pause/", walks.pause, name="warehouse_pause_walk"),
    path("warehouse/pick/<uuid:pk>/continue/", walks.go_on, name="warehouse_continue_walk"),
    path("warehouse/totes/", totes.totes, name="warehouse_totes"),
    path("warehouse/locations/", places.places, name="warehouse_locations"),
    path("warehouse/locations/new/", places.make, name="warehouse_make_locations"),
    path("warehouse/locations/file/", places.export, name="warehouse_export_locations"),
    path("warehouse/locations/import/", location_files.upload, name="warehouse_import_locations"),
    path(
        "warehouse/location-files/<uuid:pk>/", location_files.file, name="warehouse_location_file"
    ),
    path(
        "warehouse/location-files/<uuid:pk>/begin/",
        location_files.begin,
        name="warehouse_begin_locations",
    ),
    path(
        "warehouse/location-files/<uuid:pk>/rejected/",
        location_files.refused_rows,
        name="warehouse_refused_locations",
    ),
    path(
        "warehouse/location-files/<uuid:pk>/delete/",
        location_files.forget,
        name="warehouse_forget_locations",
    ),
    path("warehouse/locations/<uuid:pk>/", places.place, name="warehouse_location"),
    path("warehouse/locations/<uuid:pk>/close/", places.close, name="warehouse_close_location"),
    path("warehouse/locations/<uuid:pk>/delete/", places.delete, name="warehouse_delete_location"),
    path("warehouse/labels/", labels.labels, name="warehouse_labels"),
    path("warehouse/labels/file/", labels.label_file, name="warehouse_label_file"),
    path("warehouse/walks/", walks.walks, name="warehouse_walks"),
    path("warehouse/walks/<uuid:pk>/", walks.walk, name="warehouse_walk"),
    path("warehouse/walks/<uuid:pk>/give/", walks.give, name="warehouse_give_walk"),
    path("warehouse/walks/<uuid:pk>/cancel/", walks.cancel, name="warehouse_cancel_walk"),
    path("warehouse/pack/", packing.pack, name="warehouse_pack"),
    path("warehouse/label/", packing.label, name="warehouse_label"),
    path("warehouse/pack/<uuid:pk>/", packing.pack_shipment, name="warehouse_pack_shipment"),
    path("warehouse/pack/<uuid:pk>/close/", packing.close_box, name="warehouse_close_box"),
    path("warehouse/cartons/", cartons.cartons, name="warehouse_cartons"),
    path("warehouse/cartons/<uuid:pk>/close/", cartons.close, name="warehouse_close_carton"),
    path("warehouse/pack/<uuid:pk>/empty/", packing.empty_box, name="warehouse_empty_box"),
    path(
        "warehouse/pack/<uuid:pk>/take-out/<uuid:line_pk>/",
        packing.take_unit_out,
        name="warehouse_take_out",
    ),
    path("warehouse/pack/<uuid:pk>/labels/", packing.make_labels, name="warehouse_make_labels"),
    path("warehouse/pack/<uuid:pk>/ready/", packing.finish, name="warehouse_finish"),
    path("warehouse/pack/<uuid:pk>/apart/", packing.pack_apart, name="warehouse_pack_apart"),
    path("warehouse/pack/<uuid:pk>/undo/", packing.undo, name="warehouse_undo"),
    path(
        "warehouse/pack/<uuid:pk>/put-back/",
        packing.put_everything_back,
        name="warehouse_put_back",
    ),
    path("warehouse/boxes/<uuid:pk>/slip.pdf", documents.slip, name="warehouse_slip"),
    path("warehouse/boxes/<uuid:pk>/label.pdf", documents.box_label, name="warehouse_box_label"),
    path("warehouse/dispatch/", dispatch.dispatch, name="warehouse_dispatch"),
    path("warehouse/dispatch/hand-over/", dispatch.hand_over_list, name="warehouse_hand_over"),
    path("warehouse/manifests/<uuid:pk>/", dispatch.manifest, name="warehouse_manifest"),
    path("warehouse/dispatch/clear/", dispatch.clear_list, name="warehouse_clear_list"),
    path(
        "warehouse/dispatch/<uuid:pk>/undo/",
        dispatch.undo,
        name="warehouse_undo_hand_over",
    ),
    path("warehouse/runs/", runs.runs, name="warehouse_runs"),
    path("warehouse/runs/plan/", runs.plan, name="warehouse_plan_run"),
    path("warehouse/runs/<uuid:pk>/", runs.run, name="warehouse_run"),
    path("warehouse/runs/<uuid:pk>/change/", runs.change, name="warehouse_change_run"),
    path("warehouse/runs/<uuid:pk>/start/", runs.start, name="warehouse_start_run"),
    path("warehouse/runs/<uuid:pk>/cancel/", runs.cancel, name="warehouse_cancel_run"),
    path("warehouse/runs/<uuid:pk>/end/", runs.end, name="warehouse_end_run"),
    path("warehouse/points/", points.points, name="warehouse_points"),
    path("warehouse/points/add/", points.add, name="warehouse_add_point"),
    path("warehouse/points/<uuid:pk>/", points.change, name="warehouse_change_point"),
    path("warehouse/points/<uuid:pk>/close/", points.close, name="warehouse_close_point"),
    path("warehouse/lost/", lost.lost, name="warehouse_lost"),
    path("warehouse/lost/<uuid:pk>/found/", lost.found, name="warehouse_found"),
    path("warehouse/undelivered/", undelivered.undelivered, name="warehouse_undelivered"),
    path(
        "warehouse/undelivered/<uuid:pk>/collected/",
        undelivered.collected,
        name="warehouse_collected",
    ),
    path(
        "warehouse/undelivered/<uuid:pk>/send-back/",
        undelivered.send,
        name="warehouse_send_back",
    ),
    path("warehouse/undelivered/<uuid:pk>/back/", undelivered.back, name="warehouse_take_back"),
    path(
        "warehouse/undelivered/<uuid:pk>/undo/", undelivered.undo, name="warehouse_undo_undelivered"
    ),
    path("warehouse/returns/", returns.returns, name="warehouse_returns"),
    path(
        "warehouse/returns/unannounced/",
        unannounced_views.unannounced,
        name="warehouse_unannounced",
    ),
    path("warehouse/returns/stray/", unannounced_views.stray, name="warehouse_stray"),
    path("warehouse/aside/<uuid:pk>/", aside_views.aside, name="warehouse_aside"),
    path("warehouse/returns/<uuid:pk>/empty/", returns.empty_return, name="warehouse_empty_return"),
    path("warehouse/returns/<uuid:pk>/found/", returns.record_found, name="warehouse_record_found"),
    path("warehouse/returns/<uuid:pk>/finish/", returns.finish, name="warehouse_finish_return"),
    path("warehouse/returns/<uuid:pk>/undo/", returns.undo, name="warehouse_undo_inspection"),
    path("warehouse/returns/<uuid:pk>/", returns.inspect_return, name="warehouse_inspect_return"),
    path("warehouse/returns/<uuid:pk>/count/", returns.count_return, name="warehouse_count_return"),
    path("warehouse/returns/<uuid:pk>/write-off/", returns.write_off, name="warehouse_write_off"),
    path("warehouse/badge/", sign_in.badge, name="warehouse_badge"),
    path("warehouse/badge/out/", sign_in.leave, name="warehouse_badge_out"),
    path("warehouse/lock/", sign_in.lock, name="warehouse_lock"),
    path("warehouse/unlock/", sign_in.unlock, name="warehouse_unlock"),
    path("warehouse/badges/", leads.badges, name="warehouse_badges"),
    path("warehouse/badges/<uuid:pk>/badge/", leads.issue, name="warehouse_issue_badge"),
    path("warehouse/badges/<uuid:pk>/pin/", leads.new_pin, name="warehouse_new_pin"),
    path("warehouse/badges/<uuid:pk>/unlock/", leads.unlock, name="warehouse_unlock_badge"),
    path("warehouse/badges/<uuid:pk>/withdraw/", leads.withdraw, name="warehouse_withdraw_badge"),
    path("warehouse/devices/", leads.enrol, name="warehouse_enrol_device"),
    path("warehouse/devices/<uuid:pk>/revoke/", leads.revoke, name="warehouse_revoke_device"),
    path("courier/", courier.courier, name="courier"),
    path("courier/unsaved/", courier.unsaved, name="courier_unsaved"),
    path("courier/runs/<uuid:pk>/start/", courier.start, name="courier_start"),
    path("courier/runs/<uuid:pk>/load/", courier.load_van, name="courier_load"),
    path("courier/runs/<uuid:pk>/unload/", courier.unload_van, name="courier_unload"),
    path("courier/runs/<uuid:pk>/break-off/", courier.break_off, name="courier_break_off"),
    path("courier/stops/<uuid:pk>/deliver/", courier.deliver, name="courier_deliver"),
    path("courier/stops/<uuid:pk>/fail/", courier.fail, name="courier_fail"),
    path("courier/stops/<uuid:pk>/pickup/", courier.pickup, name="courier_pickup"),
    path("courier/stops/<uuid:pk>/undo/", courier.undo, name="courier_undo"),
]
