"""Which organization a file's text means: by acronym, alias, name or e-mail domain, never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Alias, Organization
from tracker.models.text import fold, slugify

ALIKE = 0.8
MOST = 5


@dataclass(frozen=True, slots=True)
class Known:
    """What an import needs of an organization."""

    id: int
    acronym: str
    country: str | None
    stakeholder_group: str | None


class OrganizationIndex:
    """All organizations by every spelling that means just one of them."""

    def __init__(self, session: Session) -> None:
        self.by_id: dict[int, Known] = {}
        self._spellings: dict[str, set[int]] = {}
        self._slugs: dict[str, int] = {}
        self._domains: dict[str, set[int]] = {}
        columns = (
            Organization.id, Organization.acronym, Organization.slug, Organization.country,
            Organization.stakeholder_group, Organization.email_domains, Organization.name_en,
            Organization.name_es, Organization.name_pt,
        )  # fmt: skip
        for id_, acronym, slug, country, group, domains, *names in session.execute(
            select(*columns).order_by(Organization.id)
        ):
            self.by_id[id_] = Known(id_, acronym, country, group)
            self._slugs[slug] = id_
            self._spell(id_, [acronym, *names])
            for domain in (domains or "").lower().split(";"):
                if domain.strip():
                    self._domains.setdefault(domain.strip(), set()).add(id_)
        for id_, text in session.execute(select(Alias.organization_id, Alias.text)):
            self._spell(id_, [text])

    def _spell(self, id_: int, texts: Iterable[str | None]) -> None:
        for text in texts:
            if text and (folded := fold(text)):
                self._spellings.setdefault(folded, set()).add(id_)

    def find(self, text: str) -> int | None:
        """The organization of an acronym, alias or name; None where it is none's or several's."""
        folded = fold(text)
        if not folded:
            return None
        by_slug = self._slugs.get(slugify(text))
        if by_slug is not None:
            return by_slug
        found = self._spellings.get(folded, set())
        return next(iter(found)) if len(found) == 1 else None

    def of_address(self, email: str) -> int | None:
        """The organization whose domain, or a domain above it, an address has."""
        labels = email.rpartition("@")[2].split(".")
        for start in range(len(labels) - 1):
            found = self._domains.get(".".join(labels[start:]), set())
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None

    def alike(self, text: str) -> list[int]:
        """The organizations somebody may have meant, the likeliest first."""
        folded = fold(text)
        words = set(folded.split())
        scores: dict[int, float] = {}
        for spelling, ids in self._spellings.items():
            score = ratio(folded, spelling, score_cutoff=ALIKE * 100) / 100
            others = set(spelling.split())
            if not score and (words <= others or others <= words):
                score = ALIKE
            for id_ in ids if score else ():
                scores[id_] = max(score, scores.get(id_, 0))
        return sorted(scores, key=lambda id_: (-scores[id_], self.by_id[id_].acronym))[:MOST]
