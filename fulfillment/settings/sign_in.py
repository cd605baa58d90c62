"""Settings of sign-in: passwords, second factors, sessions, and who may join."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from fulfillment.settings.env import env_choice, env_days, env_int
from fulfillment.settings.site import DEBUG, SITE_URL

AUTHENTICATION_BACKENDS = ["orders.accounts.sign_in.ViewerBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 3600
SESSION_ENGINE = "fulfillment.database.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An invitation has proved the address; so allauth keeps none of its own.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_ADAPTER = "orders.accounts.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "fulfillment.accounts.forms.ResetPasswordForm"}
ACCOUNT_RATE_LIMITS = False  # ours count over all processes: fulfillment/serving/rate_limits.py
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# How long a sign-in is fresh enough for keys, secrets and members; 0 never asks again.
REAUTHENTICATE_SECONDS = env_int("REAUTHENTICATE_SECONDS", 300)
ACCOUNT_REAUTHENTICATION_TIMEOUT = REAUTHENTICATE_SECONDS

# Days from the first sign-in until owners, leads and operators must have a second factor.
SECOND_FACTOR_GRACE = env_days("SECOND_FACTOR_GRACE", "none" if DEBUG else "14")
if SECOND_FACTOR_GRACE is None and not DEBUG:
    raise ImproperlyConfigured(
        "SECOND_FACTOR_GRACE is none: a portal without second factors needs DEBUG to be 1."
    )
MFA_ADAPTER = "fulfillment.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "fulfillment.accounts.forms.CodeForm",
    "reauthenticate": "fulfillment.accounts.forms.CodeAgainForm",
    "add_webauthn": "fulfillment.accounts.passkey_forms.AddPasskeyForm",
    "authenticate_webauthn": "fulfillment.accounts.passkey_forms.AskPasskeyForm",
    "reauthenticate_webauthn": "fulfillment.accounts.passkey_forms.PasskeyAgainForm",
    "login_webauthn": "fulfillment.accounts.passkey_forms.PasskeyAloneForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False  # ours, as above
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = f"Fulfillment {urlsplit(SITE_URL).hostname}"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
USERSESSIONS_ADAPTER = "fulfillment.accounts.adapters.SessionsAdapter"

# How sellers come in: an operator makes them (closed) or invites them, or anybody applies (open).
SELLER_SIGN_UP = env_choice("SELLER_SIGN_UP", "closed", ("closed", "invitation", "open"))
