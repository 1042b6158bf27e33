-- The figures of a space's report.

-- define: counted
of_space AS (
  SELECT id FROM events WHERE space_id = :subject
  UNION
  SELECT p.id FROM of_space b JOIN events p ON p.parent_id = b.id
  WHERE p.relation = 'part-of' AND p.space_id IS NULL
),
counted AS (
  SELECT e.id, e.key, e.name_en, e.name_es, e.name_pt, e.start_date, e.first_day, e.country,
         e.mode, e.relation, e.parent_id, e.space_id
  FROM events e
  WHERE e.id IN (SELECT id FROM of_space) AND {visible} AND e.status <> 'cancelled' {within}
)

-- define: attended
attended AS (
  SELECT a.event_id, a.person_id, a.organization_id, a.country, a.stakeholder_group
  FROM attendances a JOIN counted c ON c.id = a.event_id
  WHERE a.status = 'attended'
)

-- define: edition_of
edition_of AS (
  SELECT l.event_id, min(l.whole_id) AS edition
  FROM lineage l JOIN counted w ON w.id = l.whole_id
  WHERE NOT EXISTS (
    SELECT 1 FROM lineage o JOIN counted x ON x.id = o.whole_id
    WHERE o.event_id = l.whole_id AND o.whole_id <> l.whole_id
  )
  GROUP BY l.event_id
)

-- measures: of_events
WITH RECURSIVE {counted}
SELECT count(*) AS events,
       count(CASE WHEN e.space_id = :subject AND {edition} THEN 1 END) AS editions
FROM counted e

-- measures: of_attendances
WITH RECURSIVE {counted}, {attended}
SELECT count(*) AS attendances, count(DISTINCT person_id) AS people,
       count(*) - count(person_id) AS unidentified
FROM attended

-- measures: participants
WITH RECURSIVE {counted}, {attended}, {participants}

-- table: by_edition
WITH RECURSIVE {counted}, {attended}, {lineage}, {edition_of}
SELECT c.key, c.name_en, c.name_es, c.name_pt, count(DISTINCT e.event_id) AS events,
       count(a.event_id) AS attendances, count(DISTINCT a.person_id) AS people,
       count(DISTINCT a.organization_id) AS organizations, count(DISTINCT a.country) AS countries
FROM edition_of e
JOIN counted c ON c.id = e.edition
LEFT JOIN attended a ON a.event_id = e.event_id
GROUP BY c.key, c.name_en, c.name_es, c.name_pt

-- table: by_organization
WITH RECURSIVE {counted}, {attended}
{by_represented(count(DISTINCT a.event_id) AS events,)}

-- table: by_country
WITH RECURSIVE {counted}, {attended}
{by_own(a.country)}

-- table: by_stakeholder_group
WITH RECURSIVE {counted}, {attended}
{by_own(a.stakeholder_group)}

-- define: ever
everything AS (
  SELECT e.id, e.key, e.first_day, e.parent_id, e.relation FROM events e
  WHERE e.id IN (SELECT id FROM of_space) AND {visible} AND e.status <> 'cancelled'
),
upwards AS (
  SELECT id AS event_id, id AS whole_id FROM everything
  UNION
  SELECT u.event_id, p.id
  FROM upwards u
  JOIN events e ON e.id = u.whole_id
  JOIN events p ON p.id = e.parent_id
  WHERE e.relation = 'part-of' AND p.deleted_at IS NULL
),
editions AS MATERIALIZED (
  SELECT u.event_id, w.id AS edition, w.key, w.first_day
  FROM upwards u JOIN everything w ON w.id = u.whole_id
  WHERE NOT EXISTS (
    SELECT 1 FROM upwards o JOIN everything x ON x.id = o.whole_id
    WHERE o.event_id = w.id AND o.whole_id <> w.id
  )
)

-- table: retention
WITH RECURSIVE {counted}, {ever},
seen AS MATERIALIZED (
  SELECT DISTINCT s.edition, s.key, s.first_day, a.person_id
  FROM attendances a JOIN editions s ON s.event_id = a.event_id
  WHERE a.status = 'attended' AND a.person_id IS NOT NULL
),
firsts AS (SELECT person_id, min(first_day) AS first_day FROM seen GROUP BY person_id)
SELECT s.key, count(*) AS people,
       count(CASE WHEN f.first_day < s.first_day THEN 1 END) AS "returning",
       count(CASE WHEN f.first_day >= s.first_day THEN 1 END) AS newcomers
FROM seen s JOIN firsts f ON f.person_id = s.person_id
WHERE s.edition IN (SELECT id FROM counted)
GROUP BY s.key

-- table: groups_by_edition
WITH RECURSIVE {counted}, {attended}, {ever}
SELECT e.key, coalesce(a.stakeholder_group, 'unknown') AS stakeholder_group,
       count(DISTINCT a.person_id) AS people
FROM attended a JOIN editions e ON e.event_id = a.event_id
GROUP BY e.key, 2

-- table: came_and_went
WITH RECURSIVE {counted}, {attended}, {ever}
SELECT o.acronym AS key, o.name_en, o.name_es, o.name_pt, count(DISTINCT e.edition) AS editions,
       min(e.first_day || ' ' || e.key) AS first, max(e.first_day || ' ' || e.key) AS last,
       count(*) AS attendances, count(DISTINCT a.person_id) AS people
FROM attended a
JOIN organizations o ON o.id = a.organization_id
JOIN editions e ON e.event_id = a.event_id
GROUP BY o.acronym, o.name_en, o.name_es, o.name_pt
