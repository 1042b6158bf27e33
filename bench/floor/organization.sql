-- The figures of an organization's report.

-- define: counted
counted AS (
  SELECT e.id, e.key, e.name_en, e.name_es, e.name_pt, e.start_date, e.first_day, e.kind, e.country,
         e.mode, e.relation, e.parent_id, e.space_id
  FROM events e
  WHERE e.id IN (
      SELECT event_id FROM event_organizations
      WHERE organization_id = :subject AND role IN ('organizer', 'partner')
      UNION
      SELECT event_id FROM attendances WHERE organization_id = :subject AND status = 'attended'
    )
    AND {visible} AND e.status <> 'cancelled' {within}
)

-- define: attended
attended AS (
  SELECT a.event_id, a.person_id, a.mode, a.role, a.minutes
  FROM attendances a JOIN counted c ON c.id = a.event_id
  WHERE a.organization_id = :subject AND a.status = 'attended'
)

-- define: editions
editions AS (
  SELECT e.id, e.key, e.space_id, e.first_day, CASE WHEN {started} THEN 1 ELSE 0 END AS started,
         CASE WHEN e.id IN (SELECT whole_id FROM lineage) THEN 1 ELSE 0 END AS attended
  FROM events e
  WHERE e.space_id IS NOT NULL AND {visible} AND e.status <> 'cancelled' {within} AND {edition}
)

-- define: reached
counted AS (
  SELECT e.id, e.mode, e.relation, e.parent_id
  FROM events e
  WHERE e.id IN (
      SELECT event_id FROM event_organizations
      WHERE organization_id = :subject AND role IN ('organizer', 'partner')
    )
    AND {visible} AND e.status <> 'cancelled' {within}
),
attended AS (
  SELECT a.event_id, a.person_id
  FROM attendances a JOIN counted c ON c.id = a.event_id WHERE a.status = 'attended'
)

-- measures: of_events
WITH {counted}
SELECT count(*) AS events, count(DISTINCT c.country) AS countries,
       count(o.event_id) AS events_organized
FROM counted c
LEFT JOIN event_organizations o
  ON o.event_id = c.id AND o.organization_id = :subject AND o.role = 'organizer'

-- measures: of_attendances
WITH {counted}, {attended}
SELECT count(*) AS attendances, count(DISTINCT person_id) AS people,
       count(*) - count(person_id) AS unidentified, sum(minutes) AS minutes
FROM attended

-- measures: reached
WITH RECURSIVE {reached}, {participants}

-- table: by_year
WITH {counted}, {attended}
{by_column(substr(c.start_date, 1, 4))}

-- table: by_month
WITH {counted}, {attended}
{by_column(CASE WHEN length(c.start_date) > 4 THEN substr(c.start_date, 1, 7) END)}

-- table: by_space
WITH RECURSIVE {counted}, {attended}, {spaced},
pairs AS (SELECT event_id, s.code AS key FROM spaced LEFT JOIN spaces s ON s.id = space_id)
{by_pairs}

-- table: by_kind
WITH {counted}, {attended}
{by_column(c.kind)}

-- table: by_country
WITH {counted}, {attended}
{by_column(c.country)}

-- table: by_mode
WITH {counted}, {attended}
{by_own(a.mode)}

-- table: by_role
WITH {counted}, {attended},
once AS MATERIALIZED (SELECT event_id, person_id, role FROM attended)
SELECT r.column1 AS key, count(DISTINCT a.event_id) AS events, count(*) AS attendances,
       count(DISTINCT a.person_id) AS people
FROM once a JOIN {roles} r ON ';' || a.role || ';' LIKE '%;' || r.column1 || ';%'
GROUP BY 1

-- table: events
WITH {counted}
{by_event(AND a.organization_id = :subject)}

-- table: delegates
WITH {counted}, {attended}
SELECT p.id AS key, p.name, p.erased_at, count(DISTINCT a.event_id) AS events,
       count(*) AS attendances, 1 AS people
FROM attended a JOIN people p ON p.id = a.person_id
GROUP BY p.id, p.name, p.erased_at

-- table: together_with
WITH {counted}
SELECT o.acronym AS key, o.name_en, o.name_es, o.name_pt, count(DISTINCT a.event_id) AS events,
       count(*) AS attendances, count(DISTINCT a.person_id) AS people
FROM attendances a
JOIN organizations o ON o.id = a.organization_id
WHERE a.status = 'attended' AND a.organization_id <> :subject
  AND a.event_id IN (
    SELECT m.event_id FROM attendances m JOIN counted c ON c.id = m.event_id
    WHERE m.organization_id = :subject AND m.status = 'attended'
  )
GROUP BY o.id, o.acronym, o.name_en, o.name_es, o.name_pt

-- table: coverage
WITH RECURSIVE {counted}, {lineage}, {editions},
coming AS (
  SELECT space_id, id, key,
         row_number() OVER (PARTITION BY space_id ORDER BY first_day, key) AS place
  FROM editions WHERE started = 0 AND first_day IS NOT NULL
),
relevant AS (
  SELECT space_id FROM engagements
  WHERE organization_id = :subject
    AND (last_day IS NULL OR last_day >= :from) AND (first_day IS NULL OR first_day <= :until)
  UNION
  SELECT space_id FROM editions WHERE attended = 1 AND started = 1
)
SELECT s.code AS key, s.name_en, s.name_es, s.name_pt,
       (SELECT count(*) FROM editions e WHERE e.space_id = s.id AND started = 1) AS held,
       (SELECT count(*) FROM editions e WHERE e.space_id = s.id AND started = 1 AND attended = 1)
         AS attended,
       (SELECT e.key FROM editions e WHERE e.space_id = s.id AND started = 1 AND attended = 1
        ORDER BY e.first_day DESC, e.key DESC LIMIT 1) AS last_attended,
       n.key AS next_event,
       CASE WHEN n.id IS NOT NULL THEN (
         SELECT count(DISTINCT a.person_id) FROM attendances a
         WHERE a.event_id = n.id AND a.organization_id = :subject
           AND a.status IN ('planned', 'registered')
       ) END AS planned
FROM relevant r JOIN spaces s ON s.id = r.space_id
LEFT JOIN coming n ON n.space_id = s.id AND n.place = 1

-- table: engaged_as
SELECT DISTINCT s.code, e.role
FROM engagements e JOIN spaces s ON s.id = e.space_id
WHERE e.organization_id = :subject
  AND (e.last_day IS NULL OR e.last_day >= :from) AND (e.first_day IS NULL OR e.first_day <= :until)

-- table: contributions
SELECT e.key, s.code, c.kind, c.title, c.date, c.amount, c.currency, c.url
FROM contributions c
LEFT JOIN events e ON e.id = c.event_id
LEFT JOIN spaces s ON s.id = c.space_id
WHERE c.organization_id = :subject
  AND (s.id IS NOT NULL OR ({visible} AND e.status <> 'cancelled' {within}))
