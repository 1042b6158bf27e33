"""Things typed by their name, which the view settles with what the name resolves to."""

from collections.abc import Sequence
from typing import Any, Protocol

from flask_babel import gettext as _

from tracker.forms.base import TextField, cleaned


class Found(Protocol):
    """What resolving a typed name came to; tracker/services/resolve.py makes these."""

    @property
    def thing(self) -> Any:
        """The one thing it names, or None."""

    @property
    def candidates(self) -> Sequence[tuple[str, str]]:
        """(value, label) of each thing it could name."""


class ReferenceField(TextField):
    """Something typed by its name; the view settles it with what the name resolves to.

    Where several match, the form comes back with radio buttons named `<field>-choice`; a choice
    counts only while the typed text is the one that was asked about (`<field>-asked`).
    """

    def __init__(
        self, label: Any = None, suggest: str = "", many: bool = False, **kwargs: Any
    ) -> None:
        render = {"data-suggest": suggest, "autocomplete": "off"} if suggest else {}
        if many:
            render["data-multiple"] = ";"
        super().__init__(
            label, max_length=2000 if many else 300,
            render_kw={**render, **kwargs.pop("render_kw", {})}, **kwargs,
        )  # fmt: skip
        self.many = many
        self.thing: Any = None
        self.things: list[Any] = []
        self.candidates: Sequence[tuple[str, str]] = ()
        # The text that the candidates are for: one name of a list.
        self.asked = ""
        self.offer_create = False

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        if formdata is None:
            return
        choice, asked = formdata.get(f"{self.name}-choice"), formdata.get(f"{self.name}-asked")
        if choice and asked in self.names():
            names = [choice if name == asked else name for name in self.names()]
            self.data = cleaned("; ".join(names))

    def names(self) -> list[str]:
        """The single names of a `;` list, or the one name."""
        if not self.many:
            return [self.data] if self.data else []
        return [name for name in (part.strip() for part in (self.data or "").split(";")) if name]

    def settle(self, found: Found, *, name: str | None = None, unknown: Any = None) -> None:
        """Take the one thing that was found, or say beside the field why there is none.

        `name` is the one of a list that was looked up; of several unclear ones, one is asked first.
        """
        if found.thing is not None:
            self.thing = found.thing
            self.things.append(found.thing)
        elif found.candidates:
            if not self.candidates:
                self.candidates, self.asked = found.candidates, name or self.data or ""
            self.errors = [*self.errors, _("Several match. Choose one.")]
        else:
            self.offer_create = True
            self.errors = [
                *self.errors,
                unknown or _("Nothing matches “%(text)s”.", text=self.data),
            ]
