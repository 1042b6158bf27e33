-- The figures of an event's report: it and everything part-of it.

-- define: counted
below AS (
  SELECT id FROM events WHERE id = :subject
  UNION
  SELECT p.id FROM below b JOIN events p ON p.parent_id = b.id
  WHERE p.relation = 'part-of' AND p.deleted_at IS NULL
),
counted AS (
  SELECT e.id, e.key, e.name_en, e.name_es, e.name_pt, e.start_date, e.kind, e.country, e.mode,
         e.relation, e.parent_id, e.space_id, e.starts_at, e.ends_at, e.start_time, e.end_time
  FROM events e
  WHERE e.id IN (SELECT id FROM below) AND {visible} AND e.status <> 'cancelled'
)

-- define: attended
attended AS (
  SELECT a.event_id, a.person_id, a.organization_id, a.country, a.stakeholder_group, a.mode, a.role
  FROM attendances a JOIN counted c ON c.id = a.event_id
  WHERE a.status = 'attended'
)

-- define: earlier
of_space AS (
  SELECT id FROM events WHERE space_id = (SELECT space_id FROM events WHERE id = :subject)
  UNION
  SELECT p.id FROM of_space b JOIN events p ON p.parent_id = b.id
  WHERE p.relation = 'part-of' AND p.space_id IS NULL
),
seen AS (
  SELECT e.id, e.first_day FROM events e
  WHERE e.id IN (SELECT id FROM of_space) AND {visible} AND e.status <> 'cancelled'
),
upwards AS (
  SELECT id AS event_id, id AS whole_id FROM seen
  UNION
  SELECT u.event_id, p.id
  FROM upwards u
  JOIN events e ON e.id = u.whole_id
  JOIN events p ON p.id = e.parent_id
  WHERE e.relation = 'part-of' AND p.deleted_at IS NULL
),
editions AS (
  SELECT u.event_id AS id, w.id AS edition, w.first_day
  FROM upwards u JOIN seen w ON w.id = u.whole_id
  WHERE NOT EXISTS (
    SELECT 1 FROM upwards o JOIN seen x ON x.id = o.whole_id
    WHERE o.event_id = w.id AND o.whole_id <> w.id
  )
),
own AS (SELECT edition, first_day FROM editions WHERE id = :subject),
newcomers AS MATERIALIZED (
  SELECT person_id FROM attended WHERE person_id IS NOT NULL
  EXCEPT
  SELECT person_id FROM attendances
  WHERE status = 'attended' AND event_id IN (
      SELECT s.id FROM editions s CROSS JOIN own
      WHERE s.edition <> own.edition AND s.first_day < own.first_day
    )
)

-- measures: of_attendances
WITH RECURSIVE {counted}, {attended}
SELECT count(*) AS attendances, count(DISTINCT person_id) AS people,
       count(*) - count(person_id) AS unidentified, count(DISTINCT country) AS countries,
       count(DISTINCT organization_id) AS organizations
FROM attended

-- measures: of_events
WITH RECURSIVE {counted}
SELECT count(*) AS events, count(CASE WHEN id <> :subject THEN 1 END) AS sessions FROM counted

-- measures: statuses
WITH RECURSIVE {counted}
SELECT count(CASE WHEN a.status IN ('registered', 'attended', 'no-show') THEN 1 END)
         AS registrations,
       count(CASE WHEN a.status = 'no-show' THEN 1 END) AS no_shows
FROM attendances a JOIN counted c ON c.id = a.event_id

-- measures: participants
WITH RECURSIVE {counted}, {attended}, {participants}

-- measures: newcomers
WITH RECURSIVE {counted}, {attended}, {earlier}
SELECT count(*) AS newcomers FROM newcomers

-- table: session_hours
WITH RECURSIVE {counted}
SELECT kind, starts_at, ends_at FROM counted
WHERE id <> :subject AND start_time IS NOT NULL AND end_time IS NOT NULL

-- table: by_mode
WITH RECURSIVE {counted}, {attended}
{by_attended(a.mode)}

-- table: by_region
WITH RECURSIVE {counted}, {attended}
SELECT {region} AS key, count(*) AS attendances, count(DISTINCT a.person_id) AS people
FROM attended a LEFT JOIN region_countries r ON r.scheme = :scheme AND r.country = a.country
GROUP BY 1

-- table: by_country
WITH RECURSIVE {counted}, {attended}
{by_attended(a.country)}

-- table: by_stakeholder_group
WITH RECURSIVE {counted}, {attended}
{by_attended(a.stakeholder_group)}

-- table: by_organization
WITH RECURSIVE {counted}, {attended}
{by_represented()}

-- table: by_gender
WITH RECURSIVE {counted}, {attended}
SELECT coalesce(p.gender, 'unknown') AS key, count(*) AS attendances,
       count(DISTINCT a.person_id) AS people
FROM attended a LEFT JOIN people p ON p.id = a.person_id GROUP BY 1

-- table: by_role
WITH RECURSIVE {counted}, {attended},
once AS MATERIALIZED (SELECT event_id, person_id, role FROM attended)
SELECT r.column1 AS key, count(*) AS attendances, count(DISTINCT a.person_id) AS people
FROM once a JOIN {roles} r ON ';' || a.role || ';' LIKE '%;' || r.column1 || ';%'
GROUP BY 1

-- table: newcomers_by_region
WITH RECURSIVE {counted}, {attended}, {earlier},
once AS MATERIALIZED (SELECT person_id, country, stakeholder_group FROM attended)
SELECT {region} AS key, count(*) AS attendances, count(DISTINCT a.person_id) AS people
FROM once a LEFT JOIN region_countries r ON r.scheme = :scheme AND r.country = a.country
WHERE a.person_id IN (SELECT person_id FROM newcomers)
GROUP BY 1

-- table: sessions
WITH RECURSIVE {counted}
{by_event()} WHERE c.id <> :subject

-- table: published
WITH RECURSIVE {counted}
SELECT c.key, h.metric, h.mode, h.dimension, h.value_key, h.unit, h.value, h.qualifier
FROM headcounts h JOIN counted c ON c.id = h.event_id
