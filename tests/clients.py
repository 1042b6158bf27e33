"""A test client that looks at every page it fetches, as a careful reader would."""

import hashlib
import re
import secrets
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.extensions import db
from tracker.models import User, UserSession
from tracker.models.base import utcnow


class Client(FlaskClient):
    """Checks title, language, and that nothing inline would be stopped by the policy."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # A context of its own, as in real life: inside the test's, a request would see the
        # reader, the language and the uncommitted rows of the request before it.
        with self.application.app_context():
            response = super().open(*args, **{"buffered": True, **kwargs})
        if has_app_context():
            db.session.expire_all()
        assert response.status_code < 500, response.text
        if response.mimetype == "text/html" and response.data and response.status_code != 303:
            check_page(response)
        return response

    def sign_in(self, user: User) -> "Client":
        """Sign a user in without the form."""
        token = secrets.token_urlsafe(32)
        db.session.add(
            UserSession(
                user_id=user.id,
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                created_at=utcnow(),
                last_seen_at=utcnow(),
            )
        )
        db.session.commit()
        with self.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return self


def check_page(response: TestResponse) -> None:
    """Every page has a title, a language, a policy, and nothing inline."""
    if response.status_code in (301, 302, 308):
        return
    html = response.text
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.search(r"<html[^>]* lang=\"(en|es|pt)\"", html), html[:200]
    assert re.search(r"<title>[^<]+</title>", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html), "inline script"
    assert not re.search(r"<[^>]+\sstyle=", html), "inline style"
    assert not re.search(r"<[^>]+\son[a-z]+=", html), "inline handler"
    assert html.count("<h1") == 1, "one first heading"
