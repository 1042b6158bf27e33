"""The controlled vocabularies: the words of the load format, in the order they are offered."""

LANGUAGES = ("en", "es", "pt")

VISIBILITIES = ("public", "community", "organization")
EVENT_KINDS = (
    "meeting", "forum", "summit", "training", "workshop", "webinar", "tutorial", "talk",
    "session", "bilateral", "other",
)  # fmt: skip
EVENT_MODES = ("in-person", "online", "hybrid", "unknown")
EVENT_STATUSES = ("tentative", "confirmed", "cancelled")
RELATIONS = ("part-of", "co-located")
EVENT_ORGANIZATION_ROLES = ("organizer", "partner", "host", "sponsor")

ATTENDANCE_ROLES = (
    "attendee", "speaker", "panelist", "moderator", "trainer", "organizer", "rapporteur",
    "exhibitor", "delegate", "staff",
)  # fmt: skip
ATTENDANCE_STATUSES = ("planned", "registered", "attended", "no-show", "cancelled")
ATTENDANCE_MODES = ("in-person", "online", "both", "unknown")

STAKEHOLDER_GROUPS = (
    "technical-community", "government", "intergovernmental", "private-sector",
    "civil-society", "academia", "media",
)  # fmt: skip
GENDERS = ("female", "male", "other", "undisclosed")
CONFIDENCES = ("high", "medium", "low")

ORGANIZATION_KINDS = (
    "rir", "internet-coordination", "internet-association", "cctld-association",
    "ixp-association", "operators-group", "research-network", "industry-association",
    "nro-association", "user-association", "internet-registry", "research-centre",
    "university-association", "training-school", "intergovernmental", "private-company",
    "regional-bloc", "un-body", "government", "shared-headquarters", "civil-society", "other",
)  # fmt: skip
SPACE_KINDS = (
    "igf", "coordination", "training-programme", "intergovernmental-process", "policy-forum",
    "operators-meeting", "technical-meeting", "other",
)  # fmt: skip
SCOPES = ("global", "regional", "sub-regional", "national")
ENGAGEMENT_ROLES = (
    "secretariat", "founder", "organizer", "co-organizer", "host", "member",
    "associate-member", "observer", "representative", "party", "partner", "sponsor",
    "supporter", "speaker", "exhibitor", "rapporteur", "participant", "co-located", "monitors",
)  # fmt: skip

HEADCOUNT_METRICS = (
    "participants", "registrations", "newcomers", "returning", "expected", "countries",
    "organizations", "sessions",
)  # fmt: skip
HEADCOUNT_MODES = ("all", "in-person", "online")
HEADCOUNT_DIMENSIONS = ("", "country", "region", "stakeholder_group", "gender", "badge")
HEADCOUNT_UNITS = ("count", "percent")
QUALIFIERS = ("exact", "at-least", "about")

CONTRIBUTION_KINDS = (
    "presentation", "panel", "moderation", "training", "statement", "proposal", "report",
    "booth", "sponsorship", "grant", "scholarship", "other",
)  # fmt: skip

OUTCOME_KINDS = ("note", "minutes", "recording", "link")
# Received: it waits for an answer about its columns or dates before its rows can be read.
IMPORT_STATUSES = ("received", "staged", "applied", "undone", "discarded")
IMPORT_MATCHES = (
    "email", "name+organization", "alias", "recorded", "decision", "new", "unidentified",
)  # fmt: skip
IMPORT_ANSWERS = ("person", "create", "together", "unidentified", "skip")
# How far an event of another calendar is: to be asked about, new here, changed there, changed on
# both sides, like ours, left out, no longer in the calendar.
CALENDAR_ITEM_STATUSES = ("question", "new", "changed", "conflict", "same", "skipped", "gone")
CALENDAR_MATCHES = ("uid", "name+dates", "decision")
CALENDAR_ANSWERS = ("event", "create", "skip")
FEED_SCOPES = ("all", "person", "organization")
USER_ROLES = ("admin", "editor", "contributor", "viewer")
REGION_SCHEMES = ("icann", "un", "lac")

TECHNICAL_COMMUNITY = "Technical Community"
REPORTS = ("organization", "event", "space", "period", "coverage")
REPORT_AUDIENCES = ("public", "community")
