"""URLs of sign-in, second factors, sessions, members and invitations."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.decorators.cache import never_cache

from fulfillment.accounts.known_devices import knowing_device
from fulfillment.accounts.views import joining, members, operator
from fulfillment.accounts.views.languages import choose_language
from fulfillment.accounts.views.security import (
    SecurityPage,
    SignOutElsewhere,
    change_shortcuts,
    change_weekly_numbers,
    everybody,
    freshly,
    having,
    remove_passkey,
)
from orders.access import public

TOTP, CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
PASSKEY = Authenticator.Type.WEBAUTHN
PASSWORD = "accounts/password/"  # noqa: S105 - an address
FACTOR = "accounts/2fa/"

PUBLIC = [
    path("accounts/login/", public(account.login), name="account_login"),
    path("accounts/logout/", public(account.logout), name="account_logout"),
    path("accounts/inactive/", public(account.account_inactive), name="account_inactive"),
    path(f"{PASSWORD}reset/", public(account.password_reset), name="account_reset_password"),
    path(
        f"{PASSWORD}reset/done/",
        public(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        f"{PASSWORD}new/done/",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path(
        f"{PASSWORD}new/<slug:uidb36>/<slug:key>/",
        public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        f"{FACTOR}authenticate/", public(knowing_device(mfa.authenticate)), name="mfa_authenticate"
    ),
    path(
        f"{FACTOR}passkeys/login/",
        public(knowing_device(webauthn.login_webauthn)),
        name="mfa_login_webauthn",
    ),
    path("language/", choose_language, name="language"),
    # A session by badge opens nothing outside of the floor.
    path("warehouse/language/", choose_language, name="warehouse_language"),
    path("join/<slug:token>/", joining.join, name="join"),
    path("sign-up/", joining.sign_up, name="sign_up"),
]

# The overview has every link of these pages.
OWN = [
    path("accounts/", everybody(never_cache(SecurityPage.as_view())), name="mfa_index"),
    path(
        "accounts/reauthenticate/",
        everybody(account.reauthenticate),
        name="account_reauthenticate",
    ),
    path(f"{PASSWORD}change/", everybody(account.password_change), name="account_change_password"),
    path(f"{PASSWORD}set/", freshly(account.password_set), name="account_set_password"),
    path("accounts/numbers/", change_weekly_numbers, name="account_numbers"),
    path("accounts/shortcuts/", change_shortcuts, name="account_shortcuts"),
    path(
        "accounts/sessions/",
        everybody(SignOutElsewhere.as_view()),
        name="usersessions_list",
    ),
    path(f"{FACTOR}reauthenticate/", everybody(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(f"{FACTOR}app/", freshly(totp.activate_totp), name="mfa_activate_totp"),
    path(
        f"{FACTOR}app/remove/",
        freshly(having(TOTP)(totp.deactivate_totp)),
        name="mfa_deactivate_totp",
    ),
    path(
        f"{FACTOR}codes/",
        freshly(having(CODES)(recovery_codes.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        f"{FACTOR}codes/new/",
        freshly(having(CODES)(recovery_codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
    path(f"{FACTOR}passkeys/add/", freshly(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(f"{FACTOR}passkeys/remove/", remove_passkey, name="mfa_remove_passkey"),
    path(
        f"{FACTOR}passkeys/reauthenticate/",
        everybody(having(PASSKEY)(webauthn.reauthenticate_webauthn)),
        name="mfa_reauthenticate_webauthn",
    ),
]

MEMBERS = [
    path("dashboard/settings/members/", members.members, name="dashboard_members"),
    path(
        "dashboard/settings/members/<uuid:pk>/remove/",
        members.remove,
        name="dashboard_remove_member",
    ),
    path(
        "dashboard/settings/invitations/<uuid:pk>/withdraw/",
        members.withdraw_invitation,
        name="dashboard_withdraw_invitation",
    ),
    path("warehouse/people/", members.crew, name="warehouse_people"),
    path(
        "warehouse/people/<uuid:pk>/remove/",
        members.remove_from_crew,
        name="warehouse_remove_person",
    ),
    path(
        "warehouse/invited/<uuid:pk>/withdraw/",
        members.withdraw_crew_invitation,
        name="warehouse_withdraw_invitation",
    ),
]

OPERATOR = [
    path("operator/sellers/", operator.sellers, name="operator_sellers"),
    path(
        "operator/applications/<uuid:pk>/confirm/",
        operator.confirm_application,
        name="operator_confirm",
    ),
    path(
        "operator/applications/<uuid:pk>/decline/",
        operator.decline_application,
        name="operator_decline",
    ),
    path("operator/people/", operator.people, name="operator_people"),
    path("operator/people/<uuid:pk>/remove/", operator.remove, name="operator_remove"),
    path(
        "operator/invitations/<uuid:pk>/withdraw/",
        operator.withdraw_invitation,
        name="operator_withdraw_invitation",
    ),
]

urlpatterns = [*PUBLIC, *OWN, *MEMBERS, *OPERATOR]
