"""URLs of the tracking page, under /track/."""

from django.urls import path

from fulfillment.tracking.views import returns, show
from fulfillment.tracking.views.brand import brand
from fulfillment.tracking.views.browsers import browser, worker
from fulfillment.tracking.views.find import find
from fulfillment.tracking.views.pictures import picture
from fulfillment.tracking.views.problems import problem
from fulfillment.tracking.views.updates import unsubscribe, updates
from fulfillment.tracking.views.verify import verify
from fulfillment.tracking.views.wallet import wallet
from fulfillment.tracking.views.wishes import delivery

urlpatterns = [
    path("track/", find, name="track_find"),
    path("track/brand/<uuid:seller_id>.css", brand, name="track_brand"),
    path("track/worker.js", worker, name="push_worker"),
    path("track/<str:token>/updates/", updates, name="track_updates"),
    path("track/<str:token>/unsubscribe/email/", unsubscribe, name="track_unsubscribe"),
    path("track/<str:token>/push/", browser, name="track_push"),
    path("track/<str:token>/", show.show, name="track"),
    path("track/<str:token>/state.json", show.state, name="track_state"),
    path("track/<str:token>/delivery/", delivery, name="track_delivery"),
    path("track/<str:token>/picture/", picture, name="track_picture"),
    path("track/<str:token>/problem/", problem, name="track_problem"),
    path("track/<str:token>/verify/", verify, name="track_verify"),
    path("track/<str:token>/wallet/", wallet, name="track_wallet"),
    path("track/<str:token>/return/", returns.ask, name="track_return"),
]
