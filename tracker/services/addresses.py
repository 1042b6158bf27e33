"""The addresses of things: made from their acronym or code, each one thing's for ever."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.models import OldSlug, Organization, Space
from tracker.models.text import slugify

MAX_SLUG = 80
# `/organizations/new` is the form.
_RESERVED = frozenset({"new"})


def check_address(session: Session, thing: Organization | Space, text: str, field: str) -> None:
    """Raise Conflict where an acronym or code gives no address, or one that is taken.

    Addresses that another thing once had stay with it.
    """
    slug = slugify(text)
    if not slug:
        raise Conflict(_("At least one Latin letter or digit is needed for the address."), field)
    if slug in _RESERVED or len(slug) > MAX_SLUG:
        raise Conflict(_("“%(text)s” cannot be an address here.", text=text[:MAX_SLUG]), field)
    owner = _owner(session, type(thing), slug)
    if owner is not None and owner.id != thing.id:
        raise Conflict(
            _("%(name)s has, or once had, this address already.", name=owner.name_in("en")), field
        )


def _owner(session: Session, model: Any, slug: str) -> Any:
    owner = session.scalar(select(model).where(model.slug == slug))
    if owner is not None:
        return owner
    old = select(OldSlug.target_id).where(OldSlug.noun == model.__tablename__, OldSlug.slug == slug)
    return session.scalar(select(model).where(model.id == old.scalar_subquery()))
