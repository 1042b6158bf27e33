"""The files and columns of the load format, declared once for loading and exporting."""

from tracker.formats.load_format import File
from tracker.models.vocabulary import (
    ATTENDANCE_MODES,
    ATTENDANCE_ROLES,
    ATTENDANCE_STATUSES,
    CONTRIBUTION_KINDS,
    ENGAGEMENT_ROLES,
    EVENT_KINDS,
    EVENT_MODES,
    EVENT_STATUSES,
    GENDERS,
    HEADCOUNT_DIMENSIONS,
    HEADCOUNT_METRICS,
    HEADCOUNT_MODES,
    HEADCOUNT_UNITS,
    ORGANIZATION_KINDS,
    QUALIFIERS,
    RELATIONS,
    SCOPES,
    SPACE_KINDS,
    STAKEHOLDER_GROUPS,
    VISIBILITIES,
)
from tracker.services.loading.columns import (
    clock,
    country,
    currency,
    decimal,
    domains,
    email,
    key,
    languages,
    link,
    listing,
    long_text,
    or_none,
    partial_date,
    provenance,
    refers,
    refers_to_many,
    slug_word,
    text,
    whole,
    word,
    words,
    yes_no,
    zone,
)

_NAMES = (text("name_en"), text("name_es"), text("name_pt"))
# Marks invented data; exported only where there is any.
_SYNTHETIC = yes_no("synthetic", empty=False)

ORGANIZATIONS = File("organizations.csv", (
    text("acronym", 80, key=True, required=True),
    *_NAMES,
    refers("parent_acronym", "organizations", "parent_id"),
    refers("successor_acronym", "organizations", "successor_id"),
    partial_date("successor_date"),
    domains("email_domains"),
    word("kind", ORGANIZATION_KINDS),
    word("stakeholder_group", STAKEHOLDER_GROUPS),
    country("country"),
    text("headquarters_city", 80),
    link("website"),
    yes_no("based_at_casa_de_internet", empty=False),
    yes_no("technical_community_member"),
    *provenance(),
    _SYNTHETIC,
))  # fmt: skip

ALIASES = File("aliases.csv", (
    text("alias", 300, key=True, required=True, attribute="text"),
    refers("organization_acronym", "organizations", "organization_id", required=True),
    *provenance(),
))  # fmt: skip

GROUPINGS = File("groupings.csv", (
    text("grouping", 80, key=True, required=True),
    country("country", key=True),
    refers("organization_acronym", "organizations", "organization_id", key=True),
    text("status", 80),
    *provenance(),
))  # fmt: skip

REGIONS = File("regions.csv", (
    slug_word("scheme", key=True, required=True),
    country("country", key=True, required=True),
    slug_word("region", required=True),
    *provenance(),
))  # fmt: skip

SPACES = File("spaces.csv", (
    text("code", 80, key=True, required=True),
    *_NAMES,
    word("kind", SPACE_KINDS),
    refers("organizer_acronym", "organizations", "organizer_id"),
    text("cadence", 80),
    whole("since_year", 1850, 2200),
    word("scope", SCOPES),
    link("website"),
    *provenance(),
    _SYNTHETIC,
))  # fmt: skip

ENGAGEMENTS = File("engagements.csv", (
    refers("organization", "organizations", "organization_id", key=True, required=True),
    refers("space", "spaces", "space_id", key=True, required=True),
    word("role", ENGAGEMENT_ROLES, key=True, required=True),
    text("detail", key=True, empty=""),
    text("person", key=True, attribute="person_id"),
    partial_date("from_date", key=True, empty=""),
    partial_date("to_date"),
    *provenance(),
))  # fmt: skip

PEOPLE = File("people.csv", (
    key("key"),
    text("name", required=True),
    listing("email", email, attribute="emails"),
    country("country"),
    word("gender", GENDERS),
    *provenance(),
    _SYNTHETIC,
))  # fmt: skip

AFFILIATIONS = File("affiliations.csv", (
    refers("person_key", "people", "person_id", key=True, required=True),
    refers("organization_acronym", "organizations", "organization_id", key=True, required=True),
    partial_date("start_date", key=True, empty=""),
    partial_date("end_date"),
    text("title", 200),
    *provenance(),
))  # fmt: skip

PERSON_ALIASES = File("person_aliases.csv", (
    refers("person_key", "people", "person_id", key=True, required=True),
    text("alias", 200, key=True, required=True, attribute="text"),
    yes_no("always", empty=False),
))  # fmt: skip

TOPICS = File("topics.csv", (key("slug", 80), *_NAMES, *provenance()))

EVENTS = File("events.csv", (
    key("key"),
    refers("space_code", "spaces", "space_id"),
    whole("edition"),
    text("series", 120),
    *_NAMES,
    word("kind", EVENT_KINDS, empty="meeting"),
    partial_date("start_date"),
    partial_date("end_date"),
    clock("start_time"),
    clock("end_time"),
    zone("timezone"),
    text("venue"),
    text("city", 120),
    country("country"),
    decimal("latitude", -90, 90),
    decimal("longitude", -180, 180),
    word("mode", EVENT_MODES, empty="unknown"),
    word("status", EVENT_STATUSES, empty="confirmed"),
    # Files of before the word was changed say `internal`.
    word("visibility", VISIBILITIES, also=("internal",), empty="public"),
    refers("owner_acronym", "organizations", "owner_id"),
    refers("parent_key", "events", "parent_id"),
    word("relation", RELATIONS),
    refers_to_many("organizer_acronyms", "organizations", "organizer"),
    refers_to_many("partner_acronyms", "organizations", "partner"),
    refers_to_many("host_acronyms", "organizations", "host"),
    refers_to_many("sponsor_acronyms", "organizations", "sponsor"),
    refers_to_many("topics", "topics", "topics"),
    languages("languages"),
    long_text("description"),
    link("url"),
    link("join_url"),
    *provenance(),
    _SYNTHETIC,
))  # fmt: skip

ATTENDANCE = File("attendance.csv", (
    refers("event_key", "events", "event_id", key=True, required=True),
    refers("person_key", "people", "person_id", key=True),
    text("label", 200, key=True),
    or_none(refers("organization_acronym", "organizations", "organization_id")),
    or_none(country("country")),
    or_none(word("stakeholder_group", STAKEHOLDER_GROUPS)),
    words("role", ATTENDANCE_ROLES),
    word("status", ATTENDANCE_STATUSES, empty="attended"),
    word("mode", ATTENDANCE_MODES, empty="unknown"),
    whole("minutes"),
    *provenance(),
))  # fmt: skip

HEADCOUNTS = File("headcounts.csv", (
    refers("event_key", "events", "event_id", key=True, required=True),
    word("metric", HEADCOUNT_METRICS, key=True, required=True),
    word("mode", HEADCOUNT_MODES, key=True, empty="all"),
    word("dimension", HEADCOUNT_DIMENSIONS, key=True, empty=""),
    text("value_key", 120, key=True, empty=""),
    decimal("value", required=True),
    word("unit", HEADCOUNT_UNITS, key=True, empty="count"),
    word("qualifier", QUALIFIERS, empty="exact"),
    *provenance(),
))  # fmt: skip

CONTRIBUTIONS = File("contributions.csv", (
    refers("event_key", "events", "event_id", key=True),
    refers("space_code", "spaces", "space_id", key=True),
    refers("organization_acronym", "organizations", "organization_id", key=True, required=True),
    refers("person_key", "people", "person_id", key=True),
    word("kind", CONTRIBUTION_KINDS, key=True, required=True),
    text("title", key=True, empty=""),
    partial_date("date"),
    link("url"),
    decimal("amount"),
    currency("currency"),
    *provenance(),
))  # fmt: skip

# In the order in which they are loaded: what is referred to comes first.
FILES = (
    ORGANIZATIONS, ALIASES, GROUPINGS, REGIONS, TOPICS, PEOPLE, PERSON_ALIASES, AFFILIATIONS, SPACES,
    ENGAGEMENTS, EVENTS, ATTENDANCE, HEADCOUNTS, CONTRIBUTIONS,
)  # fmt: skip
