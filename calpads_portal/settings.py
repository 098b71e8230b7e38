"""Django's settings, from the environment (docs/operations.md lists every variable).

Nothing set: the embedded portal, SQLite and a broker on the file system, all of it under VAR_DIR. DATABASE_URL and
REDIS_URL make it a production portal. Celery's settings stand in `calpads_portal.celery_config`.
"""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from calpads_portal import env
from calpads_portal.logs import logging_config
from jobs.conf import DEFAULTS

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What is kept, and where -----------------------------------------------------------------------------------------
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
# The files of jobs. All machines of one portal see the same folder here.
FILES_DIR = Path(env.text("FILES_DIR", str(VAR_DIR / "files"))).resolve()
LEAST_FREE_DISK = env.integer("LEAST_FREE_DISK_MB", 200) * 1024 * 1024
JOBS_FILE_DAYS = env.integer("JOBS_FILE_DAYS", DEFAULTS["JOBS_FILE_DAYS"], least=1)
ROP_FILE_DAYS = env.integer("ROP_FILE_DAYS", 30, least=1)
# 2020_6_25_ROP.csv, as the original writes it; padded 2020_06_25_ROP.csv.
ROP_FILE_NAME_PADDED = env.boolean("ROP_FILE_NAME_PADDED", default=False)
# Student groups for CERS (docs/rosters.md). Without an address: the emulated receiving end that `serve` starts.
CERS_PORT = env.integer("CERS_PORT", 8790, least=1)
CERS_EMULATED = not env.text("CERS_URL")
CERS_URL = env.text("CERS_URL").rstrip("/") or f"http://127.0.0.1:{CERS_PORT}"
CERS_TOKEN_URL_SET = bool(env.text("CERS_TOKEN_URL"))
CERS_TOKEN_URL = env.text("CERS_TOKEN_URL") or f"{CERS_URL}/auth/oauth2/access_token"
CERS_CLIENT_ID = env.text("CERS_CLIENT_ID", "rosters")
CERS_CLIENT_SECRET = env.secret("CERS_CLIENT_SECRET") or "rosters-client"
ROSTERS_NAME_MODE = env.text("ROSTERS_NAME_MODE", "standard")
ROSTERS_NAME_LIMIT = env.integer("ROSTERS_NAME_LIMIT", 20, least=20)
# Seconds: until CERS must have answered; the first pause after a failure for the time being, doubled each time up to
# the longest; how often it is asked what became of a file.
ROSTERS_TIMEOUT = env.integer("ROSTERS_TIMEOUT", 30, least=1)
ROSTERS_RETRY_SECONDS = env.integer("ROSTERS_RETRY_SECONDS", 30)
ROSTERS_LONGEST_PAUSE = env.integer("ROSTERS_LONGEST_PAUSE", 1800)
ROSTERS_POLL_SECONDS = env.integer("ROSTERS_POLL_SECONDS", 10)
ROSTERS_ATTEMPTS = env.integer("ROSTERS_ATTEMPTS", 12, least=1)
# 2022 or 2025: what the state's score weighs (docs/ssid-matching.md).
SSID_MATCHING_PROFILE = env.text("SSID_MATCHING_PROFILE", "2022")
SSID_MATCHING_THREADS = env.integer("SSID_MATCHING_THREADS", 2, least=1)
SSID_MATCHING_MOST_RECORDS = env.integer("SSID_MATCHING_MOST_RECORDS", 100_000, least=1)
JOBS_ACTIVE_PER_USER = env.integer("JOBS_ACTIVE_PER_USER", DEFAULTS["JOBS_ACTIVE_PER_USER"], least=1)
JOBS_ACTIVE_PER_ORGANIZATION = env.integer(
    "JOBS_ACTIVE_PER_ORGANIZATION", DEFAULTS["JOBS_ACTIVE_PER_ORGANIZATION"], least=1
)

# How long one attempt at sending a file to SIRAS may take.
SIRAS_SEND_SECONDS = env.integer("SIRAS_SEND_SECONDS", 15 * 60, least=10)

DATABASE_URL = env.secret("DATABASE_URL")
REDIS_URL = env.secret("REDIS_URL")
if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
    if password := env.secret("DATABASE_PASSWORD"):
        DATABASES["default"]["PASSWORD"] = password
    # A database that is away answers within seconds: people get an error page, workers try again.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(VAR_DIR / "portal.sqlite3"),
            # WAL: readers never wait for the writer. IMMEDIATE: writers queue up instead of failing half-way.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
            # A file in tests too: extracts are built over a read-only connection of their own.
            "TEST": {"NAME": str(VAR_DIR / "test.sqlite3")},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Each process remembers what it has made for lists; nothing that decides who may see what.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    }
}

# --- The application -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "calpads_portal",
    "accounts.admin_config.PortalAdminConfig",  # django.contrib.admin with the portal's sign-in
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "django_htmx",
    "wire",
    "ods",
    "accounts",
    "jobs",
    "extracts",
    "rop_export",
    "siras_export",
    "histories",
    "submissions",
    "rosters",
    "ssid_matching",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Below this line are pages; static files have been answered.
    "calpads_portal.middleware.RequestLog",
    "calpads_portal.middleware.NoStore",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "wire.antiforgery.AntiForgeryFieldMiddleware",  # hands its field to the next one
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimits",
    "accounts.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "calpads_portal.urls"
WSGI_APPLICATION = "calpads_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "calpads_portal.context.portal",
                "accounts.context_processors.accounts",
            ],
            # {% csrf_token %} under the wire's field name, in Django admin too.
            "builtins": ["wire.templatetags.antiforgery"],
        },
    }
]
EMULATOR_BANNER = env.boolean("EMULATOR_BANNER", default=True)

LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/Los_Angeles"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# WhiteNoise reads the files where they lie: no collecting step that could be forgotten, the same in tests and live.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING = logging_config(level=env.text("LOG_LEVEL", "INFO").upper())

# Alarms go out by e-mail. Without a server they are written to files, so that nothing of them is lost.
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, least=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "portal@localhost")

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
# guardian would make an active user of this name in every database.
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_IDLE_SECONDS = env.integer("SESSION_IDLE_SECONDS", 30 * 60, least=60)
SESSION_ABSOLUTE_SECONDS = env.integer("SESSION_ABSOLUTE_SECONDS", 12 * 60 * 60, least=60)
# A session row lives for the idle limit, which use renews (accounts.sessions); its cookie until the browser closes.
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_URL = "log_in"
# An administrator's form with twelve roles on thirty schools, and whole pages of check boxes beside it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Security --------------------------------------------------------------------------------------------------------
DEBUG = False
# Several machines must share one key: the deployment check says so when nobody has set it.
SECRET_KEY_IS_LOCAL = not (SECRET_KEY := env.secret("SECRET_KEY"))
if SECRET_KEY_IS_LOCAL:
    SECRET_KEY = env.kept_secret(VAR_DIR / "secret_key")
# The key before this one, while it is being changed: sessions and sealed credentials of other systems still open.
SECRET_KEY_FALLBACKS = [key for key in [env.secret("SECRET_KEY_BEFORE")] if key]
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

HTTPS = env.boolean("HTTPS", default=False)
# Behind a proxy of ours that sets X-Forwarded-Proto and appends the client's address to X-Forwarded-For.
TRUSTED_PROXY = env.boolean("TRUSTED_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Health checks come from the machine itself, by HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# No file that comes in is larger than this; the limit holds while it is received.
SUBMISSION_MOST_BYTES = env.integer("SUBMISSION_MOST_MB", 200, least=1) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "submissions.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
