"""What a device keeps of the floor without a connection: the service worker, its files, a page."""

import hashlib
import json
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from orders.access import public

FILES = (
    "vendor/bootstrap.min.css", "theme.css", "floor.css", "logo.svg", "words.js", "feedback.js",
    "double-taps.js", "standing.js", "keys.js", "answers.js", "gs1.js", "walk-ahead.js",
    "waiting.js", "commands.js", "kept-page.js", "scan-queue.js", "camera.js", "scanner.js",
    "no-answer.js",
)  # fmt: skip
ASK_EACH_TIME = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker; its folder, that of the floor, is its scope."""
    script = "text/javascript; charset=utf-8"
    return HttpResponse(_script(), content_type=script, headers=ASK_EACH_TIME)


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Serve the web app manifest, with which a device installs the floor."""
    home = reverse("warehouse_home")
    told = {
        "id": home,
        "name": "Fulfillment floor",
        "short_name": "Floor",
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#14181f",
        "icons": [{"src": static("logo.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    kind = "application/manifest+json"
    return JsonResponse(told, content_type=kind, headers=ASK_EACH_TIME)


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page where nothing else is kept; it is nobody's."""
    return render(request, "warehouse/offline.html")


@cache
def _script() -> str:
    """The worker behind the names of its files, whose hash is its version."""
    files = [static(name) for name in FILES]
    text = (settings.BASE_DIR / "static" / "floor-worker.js").read_text()
    version = hashlib.sha256("\n".join([*files, text]).encode()).hexdigest()[:12]
    known = {"VERSION": version, "FILES": files, "OFFLINE": reverse("warehouse_offline")}
    named = [f"const {name} = {json.dumps(value)};" for name, value in known.items()]
    return "\n".join([*named, text])
