"""Encuentro: events and engagement of the Internet technical community of the region."""

import importlib
import pkgutil
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, request
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise

from config import ROOT, Config
from tracker import change_texts, headcount_texts, labels, views
from tracker.access import can, has_permission
from tracker.commands import LazyCommands
from tracker.errors import register_error_pages
from tracker.extensions import babel, compress, csrf, db, login_manager
from tracker.feed_addresses import feed_of
from tracker.i18n import LANGUAGE_NAMES, language, select_language, template_helpers, threes
from tracker.log_redaction import keep_private_addresses_out_of_logs
from tracker.security import protect, reader
from tracker.version import VERSION


class IdConverter(IntegerConverter):
    """An id in an address; what no column of the database can hold is not found."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


def create_app(config: Config | None = None) -> Flask:
    """The site, with its extensions, pages and commands."""
    config = config or Config()
    # Clocks are those of the locked tzdata, not of the machine: feeds are the same everywhere.
    zoneinfo.reset_tzpath(to=())
    keep_private_addresses_out_of_logs()
    app = Flask("tracker", root_path=str(ROOT / "tracker"), template_folder=str(ROOT / "templates"))
    app.config.update(config.flask())
    app.extensions["settings"] = config
    app.url_map.converters["int"] = IdConverter
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if config.database_url.startswith("sqlite:///") and config.database_url != "sqlite:///:memory:":
        Path(config.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    db.init_app(app)
    babel.init_app(app, locale_selector=select_language)  # type: ignore[no-untyped-call]
    csrf.init_app(app)
    login_manager.init_app(app)
    compress.init_app(app)
    if config.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    if config.environment == "production":
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app, root=str(ROOT / "tracker" / "static"), prefix="static/", max_age=3600
        )
    protect(app)
    register_error_pages(app)
    _register_views(app)
    _provide_to_templates(app, config)
    app.cli = LazyCommands(app.name)
    return app


def _register_views(app: Flask) -> None:
    for module in pkgutil.iter_modules(views.__path__, "tracker.views."):
        blueprint = getattr(importlib.import_module(module.name), "bp", None)
        if isinstance(blueprint, Blueprint):
            app.register_blueprint(blueprint)
    # A list's tables answer behind its slash and in place of it: /events/.csv, /events.csv.
    for rule in list(app.url_map.iter_rules()):
        if "/.<" in rule.rule:
            app.add_url_rule(rule.rule.replace("/.<", ".<"), rule.endpoint)


def _provide_to_templates(app: Flask, config: Config) -> None:
    app.jinja_env.filters["threes"] = threes
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update(
        template_helpers(),
        label=labels.label,
        action_text=change_texts.action_text,
        item_text=change_texts.item_text,
        item_lines=change_texts.item_lines,
        options=labels.options,
        value_text=labels.value_text,
        feed_of=feed_of,
        **headcount_texts.template_helpers(),
        languages=list(LANGUAGE_NAMES.items()),
        app_version=VERSION,
        env=config.environment,
    )

    @app.context_processor
    def of_the_reader() -> dict[str, Any]:
        user = reader()
        theme = request.cookies.get("theme")
        return {
            "locale": language() if get_locale() else "en",
            "theme": theme if theme in ("light", "dark") else None,
            "user": user,
            "may": lambda permission: has_permission(user, permission),
            "can": lambda verb, thing: can(user, verb, thing),
            "can_write": has_permission(user, "write"),
            "today": datetime.now(UTC).date(),
        }
