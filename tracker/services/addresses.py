"""The addresses of things: made from their acronym or code, each one thing's for ever."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import Organization, Space
from tracker.models.text import slugify
from tracker.services.filters import find_by_slug

MAX_SLUG = 80
# `/organizations/new` is the form, `/organizations/duplicates` the list of them.
_RESERVED = frozenset({"new", "duplicates"})


def check_address(session: Session, thing: Organization | Space, text: str, field: str) -> None:
    """Raise Conflict where an acronym or code gives no address, or one that is taken.

    Addresses that another thing once had stay with it.
    """
    slug = slugify(text)
    if not slug:
        raise Conflict(_("At least one Latin letter or digit is needed for the address."), field)
    if slug in _RESERVED or len(slug) > MAX_SLUG:
        raise Conflict(_("“%(text)s” cannot be an address here.", text=text[:MAX_SLUG]), field)
    model: Any = type(thing)
    owner = find_by_slug(session, model, model.slug, slug)
    if owner is not None and owner.id != thing.id:
        raise Conflict(
            _("%(name)s has, or once had, this address already.", name=owner.name_in("en")), field
        )
