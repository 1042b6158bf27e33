-- The figures of a period's report.

-- define: counted
counted AS (
  SELECT e.id, e.key, e.name_en, e.name_es, e.name_pt, e.start_date, e.first_day, e.kind, e.country,
         e.mode, e.relation, e.parent_id, e.space_id
  FROM events e
  WHERE {visible} AND e.status <> 'cancelled' {within}
)

-- define: attended
attended AS (
  SELECT a.event_id, a.person_id, a.organization_id
  FROM attendances a JOIN counted c ON c.id = a.event_id
  WHERE a.status = 'attended'
)

-- measures: of_events
WITH {counted}
SELECT count(*) AS events, count(DISTINCT country) AS countries,
       count(CASE WHEN relation = 'part-of' THEN 1 END) AS sessions
FROM counted

-- measures: of_attendances
WITH {counted}, {attended}
SELECT count(*) AS attendances, count(DISTINCT person_id) AS people,
       count(*) - count(person_id) AS unidentified,
       count(DISTINCT organization_id) AS organizations
FROM attended

-- measures: topics
WITH {counted}
SELECT count(DISTINCT t.topic_id) AS topics FROM counted c JOIN event_topics t ON t.event_id = c.id

-- measures: participants
WITH RECURSIVE {counted}, {attended}, {participants}

-- table: by_month
WITH {counted}, {attended}
{by_column(CASE WHEN length(c.start_date) > 4 THEN substr(c.start_date, 1, 7) END)}

-- table: by_kind
WITH {counted}, {attended}
{by_column(c.kind)}

-- table: by_country
WITH {counted}, {attended}
{by_column(c.country)}

-- table: by_mode
WITH {counted}, {attended}
{by_column(c.mode)}

-- table: by_space
WITH RECURSIVE {counted}, {attended}, {spaced},
pairs AS (SELECT event_id, s.code AS key FROM spaced LEFT JOIN spaces s ON s.id = space_id)
{by_pairs}

-- table: by_topic
WITH {counted}, {attended},
pairs AS (
  SELECT c.id AS event_id, t.slug AS key
  FROM counted c LEFT JOIN event_topics l ON l.event_id = c.id LEFT JOIN topics t ON t.id = l.topic_id
)
{by_pairs}

-- table: by_organizer
WITH {counted}, {attended},
pairs AS (
  SELECT c.id AS event_id, o.acronym AS key
  FROM counted c
  LEFT JOIN event_organizations l ON l.event_id = c.id AND l.role = 'organizer'
  LEFT JOIN organizations o ON o.id = l.organization_id
)
{by_pairs}

-- table: by_partner
WITH {counted}, {attended},
pairs AS (
  SELECT c.id AS event_id, o.acronym AS key
  FROM counted c
  LEFT JOIN event_organizations l ON l.event_id = c.id AND l.role = 'partner'
  LEFT JOIN organizations o ON o.id = l.organization_id
)
{by_pairs}

-- table: events
WITH {counted}
{by_event()}

-- table: published
WITH {counted}
SELECT c.key, h.metric, h.mode, h.dimension, h.value_key, h.unit, h.value, h.qualifier
FROM headcounts h JOIN counted c ON c.id = h.event_id
