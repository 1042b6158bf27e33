"""What the forms share: cleaned text, partial dates, times of day, numbers."""

import re
from collections.abc import Sequence
from typing import Any, cast

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.i18n import countries, is_country, language
from tracker.models.text import clean
from tracker.models.when import BadDate, first_day, last_day, parse_clock

MAX_TEXT = 20_000
# Values and labels. Handed to WTForms through a function: pairs given as they are it calls old.
Pairs = Sequence[tuple[str, Any]]


class BaseForm(FlaskForm):
    """A form whose texts are cleaned of controls, trimmed, and None where nothing was typed."""

    class Meta(FlaskForm.Meta):
        """What is read: the texts that were sent, never a file in the place of one."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            sent = super().wrap_formdata(form, formdata)
            if not isinstance(sent, MultiDict):
                return sent
            return MultiDict(pair for pair in sent.items(multi=True) if isinstance(pair[1], str))

    def value_of(self, name: str) -> Any:
        """The data of a field, by its column name."""
        return self[name].data

    def fail(self, name: str | None, message: Any) -> None:
        """Put a message that only the database could know beside its field, or above the form."""
        if name and name in self:
            self[name].errors = [*self[name].errors, message]
        else:
            self.form_errors.append(message)

    def show_conflict(self, stored: "BaseForm") -> None:
        """Put what is stored now beside every field in which this form differs from it.

        The second of two editors sees both versions; sending the form again keeps theirs.
        """
        for name, field in self._fields.items():
            if name not in _HOUSEKEEPING and field.data != stored[name].data:
                shown = stored.shown(name) or "–"
                field.errors = [*field.errors, _("Stored meanwhile: “%(value)s”.", value=shown)]
        self["version"].data = stored["version"].data

    def shown(self, name: str) -> str:
        """The value of a field as its reader sees it."""
        field = self[name]
        if isinstance(field, SelectMultipleField):
            return ", ".join(str(option.label.text) for option in field if option.checked)
        if isinstance(field, SelectField):
            chosen = [choice[1] for choice in _choices(field) if (choice[0] or None) == field.data]
            return str(chosen[0]) if chosen else ""
        value = field._value() if hasattr(field, "_value") else field.data
        return str(value or "")


_HOUSEKEEPING = frozenset({"version", "csrf_token"})


class Required:
    """Something must be typed or chosen."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.errors and not isinstance(field.data, str):
            raise StopValidation  # what was typed could not be read, and that is said already
        if field.data in (None, "", []):
            field.errors = []
            raise StopValidation(_("This is needed."))


def at_most(length: int) -> Length:
    """The text fits its column."""
    return Length(max=length, message=cast(str, _l("At most %(max)d characters, please.")))


class TextField(StringField):
    """One line of text."""

    def __init__(self, label: Any = None, max_length: int = 300, **kwargs: Any) -> None:
        validators = [*kwargs.pop("validators", ()), at_most(max_length)]
        super().__init__(label, validators=validators, filters=[cleaned], **kwargs)


class LongTextField(TextAreaField):
    """Lines of text."""

    def __init__(self, label: Any = None, max_length: int = MAX_TEXT, **kwargs: Any) -> None:
        validators = [*kwargs.pop("validators", ()), at_most(max_length)]
        super().__init__(label, validators=validators, filters=[_cleaned_lines], **kwargs)


def cleaned(text: str | None) -> str | None:
    """One line without controls and double spaces, or None where nothing is left."""
    return " ".join(clean(text).split()) or None if text else None


def _cleaned_lines(text: str | None) -> str | None:
    return clean(text) or None if text else None


class UrlField(TextField):
    """An http or https address."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not self.data.startswith(("http://", "https://")):
            raise ValidationError(_("An address that begins with https:// or http://."))
        if self.data and (" " in self.data or "." not in self.data):
            raise ValidationError(_("That is no web address."))


class PartialDateField(TextField):
    """A date known to the day, month or year: `2026-10-05`, `2026-10`, `2026`."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, max_length=10, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data:
            try:
                first_day(self.data)
            except BadDate as error:
                raise ValidationError(
                    _("A date like 2026-10-05, or 2026-10 or 2026 if only that is known.")
                ) from error


class TypedTextField(StringField):
    """One line of text whose data is something else; what cannot be read is shown as typed."""

    data: Any
    raw_text = ""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)


class ClockField(TypedTextField):
    """A wall-clock time, `HH:MM`; the data is a `datetime.time` or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.raw_text = text
        self.data = None
        if text:
            try:
                self.data = parse_clock(text.zfill(5))
            except BadDate as error:
                raise ValueError(_("A time like 09:30.")) from error

    def _value(self) -> str:
        if self.data is not None:
            return f"{self.data:%H:%M}"
        return self.raw_text


_GROUPED = re.compile(r"(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?", re.ASCII)


def _number(text: str, grouped: bool) -> float:
    match = _GROUPED.fullmatch(text)
    if match and grouped:
        return float(re.sub("[.,]", "", match[1]) + "." + (match[3] or "0"))
    return float(text.replace(",", "."))


class NumberField(TypedTextField):
    """A number within bounds; the data is an int (or float with `whole=False`) or None.

    Point and comma are either's: `1,500` and `1.500` are 1500 (unless `grouped=False`), `2,5` is
    two and a half.
    """

    def __init__(
        self,
        label: Any = None,
        lowest: float = 0,
        highest: float = 10**9,
        whole: bool = True,
        grouped: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.lowest, self.highest, self.whole, self.grouped = lowest, highest, whole, grouped

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.raw_text, self.data = text, None
        if not text:
            return
        try:
            value = _number(text.replace(" ", "").replace("\xa0", ""), self.grouped)
        except ValueError as error:
            raise ValueError(_("A number, please.")) from error
        if self.whole and not value.is_integer():
            raise ValueError(_("A whole number, please."))
        if not self.lowest <= value <= self.highest:
            raise ValueError(
                _("Between %(low)g and %(high)g, please.", low=self.lowest, high=self.highest)
            )
        self.data = int(value) if self.whole else value

    def _value(self) -> str:
        return self.raw_text if self.data is None else f"{self.data:.10g}"


class WordField(SelectField):
    """A word of a vocabulary; no choice is None where that is allowed."""

    def __init__(self, label: Any = None, choices: Pairs = (), **kwargs: Any) -> None:
        super().__init__(
            label,
            coerce=lambda value: value or None,
            choices=lambda: choices,
            **kwargs,
        )

    def pre_validate(self, form: Any) -> None:
        if self.data is None and "" in _values(self):
            return
        if self.data not in _values(self):
            raise ValidationError(_("Choose one of the list."))


def _choices(field: SelectField) -> list[tuple[Any, ...]]:
    return cast("list[tuple[Any, ...]]", field.choices or [])


def _values(field: SelectField) -> list[Any]:
    return [choice[0] for choice in _choices(field)]


class CheckListField(SelectMultipleField):
    """Some words of a vocabulary, as checkboxes."""

    def __init__(self, label: Any = None, choices: Pairs = (), **kwargs: Any) -> None:
        super().__init__(label, choices=lambda: choices, **kwargs)

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        if any(value not in _values(self) for value in self.data or ()):
            raise ValidationError(_("Choose of the list."))


class CountryField(SelectField):
    """A country, chosen by its name in the reader's language; the data is alpha-2 or None."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(
            label, coerce=lambda value: (value or "").upper() or None, choices=country_choices,
            validate_choice=False, **kwargs,
        )  # fmt: skip

    def pre_validate(self, form: Any) -> None:
        if self.data and not is_country(self.data):
            raise ValidationError(_("That is not a country."))


def country_choices() -> list[tuple[str, str]]:
    """The countries by name, behind an empty choice."""
    return [("", "–"), *countries(language()).items()]


def ends_before_start(start: str | None, end: str | None) -> bool:
    """Whether the last day of one partial date lies before the first day of the other."""
    try:
        return bool(start and end) and last_day(end or "") < first_day(start or "")
    except BadDate:
        return False  # said by the field that holds it
