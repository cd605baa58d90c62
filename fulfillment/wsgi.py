"""The WSGI application: Django in a thread, behind the front reader of fulfillment/rsgi.py."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fulfillment.settings")

application = get_wsgi_application()
