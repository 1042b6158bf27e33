"""What a reader prefers: the language and the look of the pages."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.access import PUBLIC, requires
from tracker.extensions import db
from tracker.i18n import LANGUAGE_COOKIE
from tracker.models.vocabulary import LANGUAGES
from tracker.security import reader, remember_preference, safe_next
from tracker.services import accounts

bp = Blueprint("preferences", __name__, url_prefix="/preferences")

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"


@bp.post("/language")
@requires(PUBLIC)
def set_language() -> Response:
    """Choose a language, for this browser and for the account signed in."""
    language = _word("language", LANGUAGES)
    user = reader()
    if user is not None and user.language != language:
        accounts.edit_own_account(db.session, user, name=user.name, language=language)
        db.session.commit()
    return remember_preference(_back(), LANGUAGE_COOKIE, language)


@bp.post("/theme")
@requires(PUBLIC)
def set_theme() -> Response:
    """Choose light, dark, or as the device asks."""
    theme = _word("theme", THEMES)
    return remember_preference(_back(), THEME_COOKIE, None if theme == "auto" else theme)


def _word(name: str, words: tuple[str, ...]) -> str:
    value = request.form.get(name, "")
    if value not in words:
        abort(400)
    return value


def _back() -> Response:
    """To the page that the reader was on, without the `lang` that would override the choice."""
    target = safe_next(request.form.get("next")) or _referring_path() or url_for("overview.index")
    path, _question, query = target.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("lang=")]
    return redirect(path + ("?" + "&".join(kept) if kept else ""), 303)


def _referring_path() -> str | None:
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host:
        return None
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))
