"""What came out of an event: notes, links, follow-ups."""

import re
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from tracker.forms.base import (
    BaseForm,
    LongTextField,
    Required,
    TextField,
    TypedTextField,
    UrlField,
    WordField,
)
from tracker.forms.references import ReferenceField
from tracker.labels import choices
from tracker.models.text import clean
from tracker.models.vocabulary import OUTCOME_KINDS
from tracker.models.when import BadDate, first_day, is_day

_ADDRESS = re.compile(r"https?://\S+")


class DayField(TypedTextField):
    """A day, `2026-10-05`; the data is a `datetime.date` or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.raw_text, self.data = text, None
        if text:
            try:
                self.data = first_day(text) if is_day(text) else None
            except BadDate:
                self.data = None
            if self.data is None:
                raise ValueError(_("A day like 2026-10-05."))

    def _value(self) -> str:
        return self.data.isoformat() if self.data is not None else self.raw_text


class OutcomeForm(BaseForm):
    """A note, or a link; an address typed or pasted into the text is taken for the link."""

    kind = WordField(_l("Kind"), choices=choices("outcome_kind", OUTCOME_KINDS))
    text = LongTextField(_l("Note, or title of the link"))
    url = UrlField(_l("Link"), max_length=500)
    version = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Take an address out of the text, then check."""
        self._take_address()
        return bool(super().validate(extra_validators))

    def _take_address(self) -> None:
        text = self.text.data or ""
        found = _ADDRESS.search(text)
        if self.url.data or found is None:
            return
        rest = text.replace(found[0], "", 1).strip(" \n:–-")
        if self.kind.data == "note" and rest:
            return
        if self.kind.data == "note":
            self.kind.data = "link"
        self.url.data, self.text.data = found[0], rest or None

    def validate_text(self, field: Any) -> None:
        if self.kind.data == "note" and not field.data:
            raise ValidationError(_("This is needed."))

    def validate_url(self, field: Any) -> None:
        if self.kind.data not in (None, "note") and not field.data:
            raise ValidationError(_("Give the address of it, too."))


class FollowUpForm(BaseForm):
    """What is to be done, by whom and until when; only what is needed."""

    what = TextField(_l("What is to be done"), max_length=500, validators=[Required()])
    owner_organization_acronym = ReferenceField(
        _l("Organization"), suggest="/suggest/organizations"
    )
    owner_person_key = ReferenceField(_l("Person"), suggest="/suggest/people")
    due = DayField(_l("Due"), render_kw={"placeholder": "2026-10-05"})
    version = HiddenField()
