"""Reports that are kept: saved under a name, or issued."""

from flask_babel import lazy_gettext as _l

from tracker.forms.base import BaseForm, LongTextField, Required, TextField, WordField

LONGEST_NOTE = 5000


class SavedReportForm(BaseForm):
    """The name of a saved report, and who finds it."""

    name = TextField(_l("Name"), max_length=200, validators=[Required()])
    visibility = WordField(
        _l("Who finds it"),
        choices=[("private", _l("Only me")), ("public", _l("Everybody"))],
        default="private",
    )


class IssueForm(BaseForm):
    """What is said of figures that are issued, and whose view they are."""

    name = TextField(_l("Name"), max_length=200, validators=[Required()])
    note = LongTextField(_l("Where it is published"), max_length=LONGEST_NOTE)
    audience = WordField(
        _l("Whose figures"),
        choices=[("public", _l("The public’s")), ("community", _l("Those of everyone signed in"))],
        default="public",
    )
