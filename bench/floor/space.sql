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
WITH RECURSIVE {counted}, {lineage}, {edition_of}
SELECT count(*) AS events, count(DISTINCT edition) AS editions FROM edition_of

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
       count(a.event_id) AS attendances, count(DISTINCT a.person_id) AS people
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

-- table: retention
WITH RECURSIVE {counted}, {attended}, {lineage}, {edition_of},
seen AS (
  SELECT DISTINCT e.edition, w.first_day, a.person_id
  FROM attended a
  JOIN edition_of e ON e.event_id = a.event_id
  JOIN counted w ON w.id = e.edition
  WHERE a.person_id IS NOT NULL
),
firsts AS (SELECT person_id, min(first_day) AS first_day FROM seen GROUP BY person_id)
SELECT c.key, count(s.person_id) AS people,
       count(CASE WHEN f.first_day < s.first_day THEN 1 END) AS "returning",
       count(CASE WHEN f.first_day >= s.first_day THEN 1 END) AS newcomers
FROM (SELECT DISTINCT edition FROM edition_of) e
JOIN counted c ON c.id = e.edition
LEFT JOIN seen s ON s.edition = e.edition
LEFT JOIN firsts f ON f.person_id = s.person_id
GROUP BY c.key
