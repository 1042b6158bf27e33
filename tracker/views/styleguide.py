"""Every component of the pages in one place, while developing."""

from flask import Blueprint, abort, current_app, make_response, render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from tracker.access import PUBLIC, requires

bp = Blueprint("styleguide", __name__)


class SampleForm(FlaskForm):
    """One field of each kind."""

    name = StringField("Name", default="LACNIC 46")
    people = StringField("People")
    kind = SelectField("Kind", choices=lambda: [("meeting", "Meeting"), ("forum", "Forum")])
    mode = RadioField("Mode", choices=lambda: [("in-person", "In person"), ("online", "Online")])
    start_date = StringField("First day", default="2026-13-01")
    start_time = StringField("From")
    online = BooleanField("Online")
    description = TextAreaField("Description")


@bp.get("/styleguide")
@requires(PUBLIC)
def index() -> Response:
    """The components, with a form that has something wrong; not in production."""
    if current_app.extensions["settings"].environment == "production":
        abort(404)
    form = SampleForm(formdata=None)
    form.start_date.errors = [_("There is no month 13.")]
    return make_response(render_template("styleguide.html", form=form))
