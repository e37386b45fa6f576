"""Settings of ITMS: one flat file, everything that differs between machines from the environment.

Every variable is named in `.env.example`. A missing or wrong value stops the start with a sentence that
names the variable. The process environment beats `.env`.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from itms_site.admin_theme import UNFOLD  # noqa: F401

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.escape_proxy = True  # a value that begins with a dollar names another variable; written as \$ it is itself
_env_file = Path(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))
if "ENV_FILE" in env.ENVIRON and not _env_file.exists():
    raise ImproperlyConfigured(f"ENV_FILE names a file that is not there ({_env_file}).")
environ.Env.read_env(_env_file)


def _read(reader: Callable[..., Any], name: str, *, wants: str, **options: Any) -> Any:
    """Reads one variable; a value of the wrong form is named together with the form that is wanted."""
    try:
        if name.endswith("_URL"):
            _ = urlsplit(env.str(name, default="")).port  # environ passes on a port that is no number
        value = reader(name, **options)
        if value == "" and "default" not in options:
            raise ValueError
        return value
    except (ValueError, ImproperlyConfigured) as error:
        if not env.str(name, default=""):
            raise ImproperlyConfigured(f"{name} is not set. {wants}") from error
        raise ImproperlyConfigured(f"{name} has a wrong value. {wants}") from error


def _bool(name: str, default: bool) -> bool:
    raw = env.str(name, default=str(default)).strip().lower()
    if raw in {"1", "true", "on", "yes", "y", "t", "ok"}:
        return True
    if raw in {"0", "false", "off", "no", "n", "f", ""}:
        return False
    raise ImproperlyConfigured(f"{name} has a wrong value ({raw!r}). Write on or off.")


def _int(name: str, default: int, least: int = 0) -> int:
    value: int = _read(env.int, name, default=default, wants=f"Write a whole number, at least {least}.")
    if value < least:
        raise ImproperlyConfigured(f"{name} is {value}. Write a whole number, at least {least}.")
    return value


DEBUG = _bool("DEBUG", False)
SECRET_KEY = _read(
    env.str, "SECRET_KEY", wants="Write at least 50 random characters into .env; bin/run makes that file once."
)
ALLOWED_HOSTS = _read(
    env.list, "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [], wants="host,host"
)
CSRF_TRUSTED_ORIGINS = _read(env.list, "CSRF_TRUSTED_ORIGINS", default=[], wants="Write https://host,https://host.")

INSTALLED_APPS = [
    "itms_site.apps.SiteConfig",  # first: its templates replace some of the admin theme's
    # The theme's templates stand before those of the admin and of simple-history.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "itms_site.apps.AdminConfig",
    "django.forms",  # the admin's widgets include those templates by the engine of its pages
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "guardian",
    "ninja",
    "simple_history",
    "django_htmx",
    "csp",
    # Last: their admin modules take out what the libraries above have registered.
    "accounts.apps.AccountsConfig",
    "projects.apps.ProjectsConfig",
    "issues.apps.IssuesConfig",
]

MIDDLEWARE = [
    "itms_site.unread.UnreadBodyMiddleware",
    "itms_site.middleware.RequestIdMiddleware",
    "itms_site.logs.AccessMiddleware",
    # Headers come before all that may answer by itself: redirects to https, static files.
    "itms_site.headers.HeadersMiddleware",
    "itms_site.headers.ContentPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "itms_site.slash.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ActorMiddleware",
    "itms_site.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "itms_site.urls"
WSGI_APPLICATION = "itms_site.wsgi.application"

_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "itms_site.jinja.environment",
            "context_processors": [*_CONTEXT_PROCESSORS, "itms_site.jinja.one_token", "issues.context.navigation"],
        },
    },
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT_PROCESSORS},
    },
]
FORM_RENDERER = "itms_site.jinja.FormRenderer"

if env.str("DATABASE_URL", default="sqlite:").partition(":")[0] not in {"sqlite", "mysql"}:
    raise ImproperlyConfigured(
        "DATABASE_URL names no database that ITMS runs on. Write sqlite:////path/to/file or "
        "mysql://user:password@host:3306/itms."
    )
DATABASES = {
    "default": _read(
        env.db_url,
        "DATABASE_URL",
        default=f"sqlite:///{BASE_DIR / 'itms.sqlite3'}",
        wants="Write sqlite:////path/to/file or mysql://user:password@host:3306/itms.",
    )
}
_db = DATABASES["default"]
if _db["NAME"] in {"", ":memory:"}:
    raise ImproperlyConfigured("DATABASE_URL names a server or a kind of database, but not the database itself.")
_db["ATOMIC_REQUESTS"] = False
_db["CONN_MAX_AGE"] = _int("DATABASE_CONN_MAX_AGE", 60)
_db["CONN_HEALTH_CHECKS"] = True
_db.setdefault("OPTIONS", {})
if _db["ENGINE"] == "django.db.backends.sqlite3":
    if not Path(_db["NAME"]).parent.is_dir():
        raise ImproperlyConfigured(f"DATABASE_URL: there is no folder {Path(_db['NAME']).parent} to keep the file in.")
    # IMMEDIATE: a write takes the write lock when it begins, so it waits instead of failing half-way.
    _db["OPTIONS"].update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; PRAGMA cache_size=-16000",
    )
else:
    from itms_site.db.conversions import conversions  # needs mysqlclient, which SQLite does not

    _db["OPTIONS"].setdefault("conv", conversions())
    _db["OPTIONS"].setdefault("charset", "utf8mb4")
    _db["OPTIONS"].setdefault("isolation_level", "read committed")
    _db["OPTIONS"].setdefault("connect_timeout", 10)
    _db["OPTIONS"].setdefault(
        "init_command",
        "SET SESSION sql_mode='STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
        "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout=5, time_zone='+00:00',"
        # Fifty rows asked for by their ids: how many that finds is taken from statistics, not looked up fifty times.
        " eq_range_index_dive_limit=10"
        # EXISTS is asked of one row after another, until a page is full: MariaDB would first collect all there are. And
        # what is joined is looked up for one row after another: MySQL would first put all rows into a table of hashes.
        " /*M! , optimizer_switch='exists_to_in=off' */ /*!80000 , optimizer_switch='block_nested_loop=off' */",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": _read(env.cache_url, "CACHE_URL", default="locmemcache://", wants="Write redis://host:6379/0.")}
if CACHES["default"]["BACKEND"].endswith(".RedisCache"):
    # Without these a request would wait for a Redis that does not answer as long as the system lets it.
    CACHES["default"]["OPTIONS"] = {"socket_timeout": 2, "socket_connect_timeout": 2} | CACHES["default"].get(
        "OPTIONS", {}
    )
_mail = _read(env.email_url, "EMAIL_URL", default="consolemail://", wants="Write smtp+tls://user:password@host:587.")
if _mail["EMAIL_BACKEND"].endswith(".smtp.EmailBackend") and not _mail["EMAIL_HOST"]:
    raise ImproperlyConfigured("EMAIL_URL names no host. Write smtp+tls://user:password@host:587.")
vars().update(_mail)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ITMS <itms@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.IdentifierBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": _int("PASSWORD_MIN_LENGTH", 8, least=1)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 30 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.reset_links.ResetLinks"

REGISTRATION_OPEN = _bool("REGISTRATION_OPEN", True)
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if _bool("EMAIL_CONFIRMATION", False) else "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USERNAME_MAX_LENGTH = 32
ACCOUNT_USERNAME_MIN_LENGTH = 1
# Counted in the database (accounts/services/attempts.py), the same for every worker and for pages and API.
SIGN_INS_PER_MINUTE = _int("SIGN_INS_PER_MINUTE", 60, least=1)
REGISTRATIONS_PER_MINUTE = _int("REGISTRATIONS_PER_MINUTE", 60, least=1)
# Counted in the cache: exact for all workers when CACHE_URL names a shared one, else each counts its own.
REQUESTS_PER_MINUTE = _int("REQUESTS_PER_MINUTE", 1200, least=1)
# How many proxies of your own stand in front: their X-Forwarded-For is believed, nobody else's.
TRUSTED_PROXIES = _int("TRUSTED_PROXIES", 0)
# allauth keeps counting resets and password changes; sign-in and registration are counted above.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "signup": None}

# Sessions live in the database: ending one there ends it everywhere at once. A shared cache keeps copies to read.
SESSION_ENGINE = "accounts.services.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _bool("SECURE_COOKIES", not DEBUG)
SESSION_COOKIE_NAME = "itms_session"
CSRF_COOKIE_NAME = "itms_csrf"
CSRF_FAILURE_VIEW = "itms_site.middleware.csrf_failure"

SECURE_SSL_REDIRECT = _bool("SECURE_SSL_REDIRECT", not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # probes ask from beside the server, by http
SECURE_HSTS_SECONDS = _int("SECURE_HSTS_SECONDS", 0 if DEBUG else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if _bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
ADMIN_POLICY_ADDS = {"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

LANGUAGE_CODE = "en"
USE_I18N = False  # English alone
FORMAT_MODULE_PATH = "itms_site.formats"  # how the admin writes times; the member pages have filters of their own
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# guardian: no anonymous user row, permissions by direct foreign key on Project, one refusal everywhere.
# The history is read by object and version, or by project and moment: no index on the date alone.
SIMPLE_HISTORY_DATE_INDEX = False
SIMPLE_HISTORY_REVERT_DISABLED = True
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = True
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = [
    # allauth and guardian bring sign-in backends of their own; ITMS has one, and rules.py asks guardian itself.
    "guardian.W001",
    # User.username is unique by its canonical form (user_username_unique), without regard to case.
    "auth.W004",
    # allauth's EmailAddress has conditional unique constraints, which MySQL skips: ITMS never asks those rows who
    # somebody is (accounts/backends.py), and every address is unique by user_email_unique.
    "models.W036",
]

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured("LOG_LEVEL has a wrong value. Write DEBUG, INFO, WARNING, ERROR or CRITICAL.")
LOG_FORMAT = env.str("LOG_FORMAT", default="line").lower()
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured("LOG_FORMAT has a wrong value. Write line or json.")
# One line for each request. gunicorn's own would hold query strings, and no request id.
ACCESS_LOG = _bool("ACCESS_LOG", not DEBUG)
# Whoever brings it as a bearer token reads /metrics; without it there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN has a wrong value. Write at least 20 random characters, or nothing.")
# Where processes that serve together add up what they counted; emptied before the first of them starts.
METRICS_FOLDER = env.str("METRICS_FOLDER", default="")
if METRICS_FOLDER:
    if not Path(METRICS_FOLDER).is_dir():
        raise ImproperlyConfigured(f"METRICS_FOLDER names a folder that is not there ({METRICS_FOLDER}).")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_FOLDER  # read by the library when it is loaded
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "itms_site.middleware.RequestIdFilter"}},
    "formatters": {
        "line": {
            "()": "itms_site.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        },
        "json": {"()": "itms_site.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request_id"]},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "itms.access": {"level": "INFO"},
        # Django's own console handler would say everything a second time.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
    },
}
