-- The figures of the coverage of spaces by all organizations.

-- define: counted
counted AS (
  SELECT e.id, e.key, e.space_id, e.start_date, e.first_day
  FROM events e
  WHERE {visible} AND e.status <> 'cancelled' {within}
)

-- define: editions
parts AS (
  SELECT e.id AS event_id, e.parent_id AS whole_id, e.space_id FROM events e
  WHERE e.relation = 'part-of' AND e.space_id IS NOT NULL
  UNION
  SELECT p.event_id, w.parent_id, p.space_id FROM parts p JOIN events w ON w.id = p.whole_id
  WHERE w.relation = 'part-of' AND w.deleted_at IS NULL
),
inside AS (
  SELECT p.event_id FROM parts p JOIN events w ON w.id = p.whole_id
  WHERE w.space_id = p.space_id AND w.deleted_at IS NULL
),
editions AS MATERIALIZED (
  SELECT e.id, e.key, e.space_id, e.first_day, CASE WHEN {started} THEN 1 ELSE 0 END AS started
  FROM counted e
  WHERE e.space_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inside i WHERE i.event_id = e.id)
)

-- define: held_with_parts
upwards AS (
  SELECT e.id AS event_id, e.id AS whole_id FROM events e
  WHERE {visible} AND e.status <> 'cancelled'
  UNION
  SELECT u.event_id, p.id
  FROM upwards u
  JOIN events e ON e.id = u.whole_id
  JOIN events p ON p.id = e.parent_id
  WHERE e.relation = 'part-of' AND p.deleted_at IS NULL
),
held_with_parts AS MATERIALIZED (
  SELECT u.event_id, s.id, s.space_id, s.first_day, s.key
  FROM upwards u JOIN editions s ON s.id = u.whole_id WHERE s.started = 1
)

-- measures: of_events
WITH {counted}
SELECT count(*) AS events FROM counted

-- measures: of_attendances
WITH {counted}
SELECT count(*) AS attendances, count(DISTINCT a.person_id) AS people,
       count(*) - count(a.person_id) AS unidentified
FROM attendances a JOIN counted c ON c.id = a.event_id WHERE a.status = 'attended'

-- table: held
WITH RECURSIVE {counted}, {editions}
SELECT s.slug AS key, count(*) AS held FROM editions e JOIN spaces s ON s.id = e.space_id
WHERE e.started = 1 GROUP BY s.slug

-- table: matrix
WITH RECURSIVE {counted}, {editions}, {held_with_parts},
took_part AS (
  SELECT a.organization_id, a.event_id FROM attendances a
  WHERE a.status = 'attended' AND a.organization_id IS NOT NULL
    AND a.event_id IN (SELECT event_id FROM held_with_parts)
  UNION
  SELECT organization_id, event_id FROM event_organizations WHERE role IN ('organizer', 'partner')
),
pairs AS (
  SELECT t.organization_id, h.space_id, count(DISTINCT h.id) AS attended,
         max(h.first_day || ' ' || h.key) AS last_attended
  FROM took_part t JOIN held_with_parts h ON h.event_id = t.event_id
  GROUP BY t.organization_id, h.space_id
)
SELECT o.slug || '/' || s.slug AS key, o.acronym, s.name_en, s.name_es, s.name_pt, p.attended,
       substr(p.last_attended, 12) AS last_attended
FROM pairs p
JOIN organizations o ON o.id = p.organization_id
JOIN spaces s ON s.id = p.space_id

-- table: engaged_as
SELECT o.slug || '/' || s.slug AS key, e.role
FROM engagements e
JOIN organizations o ON o.id = e.organization_id
JOIN spaces s ON s.id = e.space_id
WHERE (e.last_day IS NULL OR e.last_day >= :from) AND (e.first_day IS NULL OR e.first_day <= :until)

-- table: planned
WITH RECURSIVE {counted}, {editions},
coming AS (
  SELECT space_id, id, key,
         row_number() OVER (PARTITION BY space_id ORDER BY first_day, key) AS place
  FROM editions WHERE started = 0 AND first_day IS NOT NULL
)
SELECT o.slug || '/' || s.slug AS key, c.key AS next_event,
       count(DISTINCT a.person_id) AS planned
FROM coming c
JOIN spaces s ON s.id = c.space_id
JOIN attendances a ON a.event_id = c.id AND a.status IN ('planned', 'registered')
JOIN organizations o ON o.id = a.organization_id
WHERE c.place = 1
GROUP BY o.slug, s.slug, c.key
