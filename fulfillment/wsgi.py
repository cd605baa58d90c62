"""The WSGI application: Django in a thread, behind the front reader of fulfillment/rsgi.py."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fulfillment.settings")

long_way = get_wsgi_application()

from fulfillment.api.orders.short_way import ShortWay  # noqa: E402 - models need the set-up above

application = ShortWay(long_way)
