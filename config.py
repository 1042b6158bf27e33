"""Settings, read once from the environment."""

import os
import re
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, cast

ROOT = Path(__file__).resolve().parent
Environment = Literal["development", "production", "testing"]
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?|[0-9A-Fa-f:.]+")


class ConfigurationError(RuntimeError):
    """A setting is missing or wrong; the message says which."""


def _instance() -> Path:
    return Path(os.environ.get("INSTANCE_DIR", ROOT / "instance")).resolve()


def _database_url() -> str:
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{_instance() / 'encuentro.sqlite'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _environment() -> Environment:
    name = os.environ.get("APP_ENV", "development")
    if name not in ("development", "production", "testing"):
        raise ConfigurationError(f"APP_ENV is development, production or testing, not {name!r}")
    return cast(Environment, name)


def _development_secret() -> str:
    """One secret for all workers, kept beside the database so that restarts end no session."""
    path = _instance() / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()


def _secret_key() -> str:
    key = os.environ.get("SECRET_KEY", "")
    if key:
        return key
    if _environment() == "production":
        raise ConfigurationError("SECRET_KEY must be set in production")
    return _development_secret()


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in ("1", "true", "yes")


def _calendar_hosts() -> tuple[str, ...]:
    entries = tuple(os.environ.get("CALENDAR_HOSTS", "").replace(",", " ").split())
    for entry in entries:
        if not (_is_network(entry) if "/" in entry else _HOST.fullmatch(entry)):
            wanted = "a host, host:port, an address or a network"
            raise ConfigurationError(f"CALENDAR_HOSTS: {entry!r} is not {wanted}")
    return entries


def _is_network(entry: str) -> bool:
    try:
        ip_network(entry, strict=False)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Config:
    """Everything that differs between installations; docs/settings.md describes each."""

    environment: Environment = field(default_factory=_environment)
    database_url: str = field(default_factory=_database_url)
    secret_key: str = field(default_factory=_secret_key, repr=False)
    base_url: str = field(default_factory=lambda: os.environ.get("BASE_URL", "").rstrip("/"))
    behind_proxy: bool = field(default_factory=lambda: _flag("BEHIND_PROXY", False))
    session_days: int = field(default_factory=lambda: int(os.environ.get("SESSION_DAYS", "30")))
    metrics_token: str = field(default_factory=lambda: os.environ.get("METRICS_TOKEN", ""))
    calendar_hosts: tuple[str, ...] = field(default_factory=_calendar_hosts)
    demo_accounts: bool = field(default_factory=lambda: _flag("DEMO_ACCOUNTS", True))

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over TLS only, wherever the site is served over TLS."""
        return self.environment == "production" or self.base_url.startswith("https://")

    def flask(self) -> dict[str, Any]:
        """The same settings under the names Flask and its extensions expect."""
        return {
            "SECRET_KEY": self.secret_key,
            "TESTING": self.environment == "testing",
            "SQLALCHEMY_ENGINES": {"default": self.engine_options()},
            "SESSION_COOKIE_NAME": "encuentro",
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": self.session_days * 86_400,
            "WTF_CSRF_TIME_LIMIT": None,
            "MAX_CONTENT_LENGTH": 12_000_000,
            "MAX_FORM_MEMORY_SIZE": 12_000_000,
            # Feeds are compressed once and kept: tracker/feed_answers.py.
            "COMPRESS_MIMETYPES": ["text/html", "text/css", "application/json", "text/csv",
                                   "text/javascript", "image/svg+xml"],
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "tracker" / "translations"),
        }  # fmt: skip

    def engine_options(self) -> dict[str, Any]:
        """The engine's URL and pool, as Flask-SQLAlchemy-Lite takes them."""
        options: dict[str, Any] = {"url": self.database_url}
        if not self.database_url.startswith("sqlite"):
            options |= {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 5}
        return options
