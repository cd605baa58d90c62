"""URLs of the tracking page, under /track/."""

from django.urls import path

from fulfillment.tracking.views import returns, show
from fulfillment.tracking.views.brand import brand
from fulfillment.tracking.views.browsers import browser, worker
from fulfillment.tracking.views.find import find
from fulfillment.tracking.views.pictures import picture
from fulfillment.tracking.views.problems import problem
from fulfillment.tracking.views.return_label import label
from fulfillment.tracking.views.return_photos import return_photo
from fulfillment.tracking.views.return_slip import slip
from fulfillment.tracking.views.updates import unsubscribe, updates
from fulfillment.tracking.views.verify import verify
from fulfillment.tracking.views.wallet import wallet
from fulfillment.tracking.views.wishes import delivery

urlpatterns = [
    path("", find, name="track_find"),
    path("brand/<uuid:seller_id>.css", brand, name="track_brand"),
    path("worker.js", worker, name="push_worker"),
    path("<str:token>/updates/", updates, name="track_updates"),
    path("<str:token>/unsubscribe/email/", unsubscribe, name="track_unsubscribe"),
    path("<str:token>/push/", browser, name="track_push"),
    path("<str:token>/", show.show, name="track"),
    path("<str:token>/state.json", show.state, name="track_state"),
    path("<str:token>/delivery/", delivery, name="track_delivery"),
    path("<str:token>/problem/", problem, name="track_problem"),
    path("<str:token>/verify/", verify, name="track_verify"),
    path("<str:token>/picture/", picture, name="track_picture"),
    path("<str:token>/wallet/", wallet, name="track_wallet"),
    path("<str:token>/return/", returns.ask, name="track_return"),
    path("<str:token>/return/photo/<uuid:pk>.webp", return_photo, name="track_return_photo"),
    path("<str:token>/return/<str:number>/slip.pdf", slip, name="track_return_slip"),
    path("<str:token>/return/<str:number>/label/", label, name="track_return_label"),
]
