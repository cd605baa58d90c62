"""The RSGI application that granian serves: the front reader before the WSGI application."""

import resource

from django.conf import settings

from fulfillment.serving.front import Front
from fulfillment.wsgi import application as wsgi_application

# Each waiting connection is a file: a process may open as many as the system lets it.
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

application = Front(wsgi_application, threads=settings.WEB_THREADS)
