"""URLs of inbound webhooks, called by mail and SMS providers."""

from django.urls import path

from notifications.reports.views.mail import take_mail_reports
from notifications.reports.views.sms import sms_inbound, sms_report

urlpatterns = [
    path("hooks/mail/<slug:provider>/", take_mail_reports, name="mail_hook"),
    path("hooks/sms/<str:provider>/", sms_report, name="sms_report"),
    path("hooks/sms/<str:provider>/inbound/", sms_inbound, name="sms_inbound"),
]
