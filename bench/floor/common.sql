-- What the reports share.

-- define: visible
e.deleted_at IS NULL
    AND (e.visibility IN ('public', 'community') OR e.owner_id = :reader)

-- define: started
(length(e.start_date) = 10 AND e.first_day <= :today
   OR length(e.start_date) = 7 AND e.first_day < :month
   OR length(e.start_date) = 4 AND e.first_day < :year)

-- define: by_column
SELECT k.key, k.events, coalesce(n.attendances, 0) AS attendances, coalesce(n.people, 0) AS people
FROM (
  SELECT coalesce({column}, 'unknown') AS key, count(*) AS events FROM counted c GROUP BY 1
) k
LEFT JOIN (
  SELECT coalesce({column}, 'unknown') AS key, count(*) AS attendances,
         count(DISTINCT a.person_id) AS people
  FROM attended a JOIN counted c ON c.id = a.event_id GROUP BY 1
) n ON n.key = k.key

-- define: by_pairs
SELECT k.key, k.events, coalesce(n.attendances, 0) AS attendances, coalesce(n.people, 0) AS people
FROM (
  SELECT coalesce(key, 'unknown') AS key, count(*) AS events FROM pairs GROUP BY 1
) k
LEFT JOIN (
  SELECT coalesce(p.key, 'unknown') AS key, count(*) AS attendances,
         count(DISTINCT a.person_id) AS people
  FROM attended a JOIN pairs p ON p.event_id = a.event_id GROUP BY 1
) n ON n.key = k.key

-- define: by_own
SELECT coalesce({column}, 'unknown') AS key, count(DISTINCT a.event_id) AS events,
       count(*) AS attendances, count(DISTINCT a.person_id) AS people
FROM attended a GROUP BY 1

-- define: by_event
SELECT c.key, c.name_en, c.name_es, c.name_pt, c.start_date, c.country,
       coalesce(n.attendances, 0) AS attendances, coalesce(n.people, 0) AS people
FROM counted c
LEFT JOIN (
  SELECT event_id, count(*) AS attendances, count(person_id) AS people
  FROM attendances a
  WHERE a.status = 'attended' AND a.event_id IN (SELECT id FROM counted) {own}
  GROUP BY event_id
) n ON n.event_id = c.id

-- define: spaced
space_upwards AS (
  SELECT id AS event_id, space_id,
         CASE WHEN space_id IS NULL AND relation = 'part-of' THEN parent_id END AS up
  FROM counted
  UNION ALL
  SELECT s.event_id, p.space_id,
         CASE WHEN p.space_id IS NULL AND p.relation = 'part-of' THEN p.parent_id END
  FROM space_upwards s JOIN events p ON p.id = s.up AND p.deleted_at IS NULL
),
spaced AS (SELECT event_id, max(space_id) AS space_id FROM space_upwards GROUP BY event_id)

-- define: lineage
lineage AS (
  SELECT id AS event_id, id AS whole_id FROM counted
  UNION
  SELECT l.event_id, p.id
  FROM lineage l
  JOIN events e ON e.id = l.whole_id
  JOIN events p ON p.id = e.parent_id
  WHERE e.relation = 'part-of' AND p.deleted_at IS NULL
)

-- define: participants
{lineage},
present AS MATERIALIZED (SELECT event_id, person_id FROM attended),
figures AS (
  SELECT h.event_id, c.mode,
         max(CASE WHEN h.mode = 'all' THEN h.value END) AS everybody,
         max(CASE WHEN h.mode = 'all' THEN h.qualifier END) AS everybody_is,
         max(CASE WHEN h.mode = 'in-person' THEN h.value END) AS here,
         max(CASE WHEN h.mode = 'in-person' THEN h.qualifier END) AS here_is,
         max(CASE WHEN h.mode = 'online' THEN h.value END) AS online,
         max(CASE WHEN h.mode = 'online' THEN h.qualifier END) AS online_is
  FROM headcounts h JOIN counted c ON c.id = h.event_id
  WHERE h.metric = 'participants' AND h.dimension = '' AND h.unit = 'count'
  GROUP BY h.event_id, c.mode
),
heads AS (
  SELECT event_id,
         CASE WHEN everybody IS NOT NULL THEN everybody
              WHEN here IS NULL OR online > here THEN online ELSE here END AS least,
         CASE WHEN everybody IS NOT NULL
                THEN CASE WHEN everybody_is <> 'at-least' THEN everybody END
              WHEN here_is = 'at-least' OR online_is = 'at-least' THEN NULL
              WHEN online IS NULL THEN CASE WHEN mode = 'in-person' THEN here END
              WHEN here IS NULL THEN CASE WHEN mode = 'online' THEN online END
              ELSE here + online END AS most,
         CASE WHEN everybody IS NOT NULL THEN everybody_is = 'about'
              ELSE coalesce(here_is, '') = 'about' OR coalesce(online_is, '') = 'about'
         END AS about
  FROM figures
),
named AS (
  SELECT event_id, count(person_id) AS own, count(*) - count(person_id) AS unknown
  FROM present GROUP BY event_id
),
inside AS (
  SELECT l.whole_id, count(DISTINCT a.person_id) AS identified
  FROM lineage l JOIN heads h ON h.event_id = l.whole_id
  JOIN present a ON a.event_id = l.event_id
  GROUP BY l.whole_id
),
covered AS (
  SELECT DISTINCT l.event_id FROM lineage l JOIN heads h ON h.event_id = l.whole_id
  WHERE l.event_id <> l.whole_id
),
known AS (
  SELECT h.event_id AS headed, h.least, h.most, h.about, coalesce(n.unknown, 0) AS unknown,
         coalesce(i.identified, 0) AS identified, v.event_id AS covered
  FROM counted c
  LEFT JOIN heads h ON h.event_id = c.id
  LEFT JOIN named n ON n.event_id = c.id
  LEFT JOIN inside i ON i.whole_id = c.id
  LEFT JOIN covered v ON v.event_id = c.id
),
summed AS (
  SELECT max(least) AS least,
         count(CASE WHEN covered IS NULL AND headed IS NOT NULL AND most IS NULL THEN 1 END) AS open,
         sum(CASE WHEN covered IS NOT NULL THEN 0
                  WHEN headed IS NULL OR most - identified < unknown THEN unknown
                  ELSE most - identified END) AS unnamed,
         count(CASE WHEN covered IS NULL AND about THEN 1 END) AS about
  FROM known
)
SELECT CASE WHEN least > people THEN least ELSE people END AS at_least,
       CASE WHEN open > 0 THEN NULL WHEN least > people + unnamed THEN least
            ELSE people + unnamed END AS at_most,
       about > 0 AS approximate
FROM summed, (SELECT count(DISTINCT person_id) AS people FROM present) p

-- define: edition
NOT EXISTS (
  WITH RECURSIVE above AS (
    SELECT p.id, p.space_id, p.parent_id, p.relation FROM events p
    WHERE p.id = e.parent_id AND e.relation = 'part-of' AND p.deleted_at IS NULL
    UNION
    SELECT p.id, p.space_id, p.parent_id, p.relation
    FROM above b JOIN events p ON p.id = b.parent_id
    WHERE b.relation = 'part-of' AND p.deleted_at IS NULL
  )
  SELECT 1 FROM above WHERE above.space_id = e.space_id
)

-- define: roles
(VALUES ('attendee'), ('speaker'), ('panelist'), ('moderator'), ('trainer'), ('organizer'),
        ('rapporteur'), ('exhibitor'), ('delegate'), ('staff'))

-- define: by_attended
SELECT coalesce({column}, 'unknown') AS key, count(*) AS attendances,
       count(DISTINCT a.person_id) AS people
FROM attended a GROUP BY 1

-- define: region
CASE WHEN a.stakeholder_group = 'intergovernmental' THEN 'intergovernmental'
     WHEN a.country IS NULL THEN 'unknown' ELSE coalesce(r.region, 'elsewhere') END

-- define: by_represented
SELECT coalesce(o.acronym, 'unknown') AS key, {events} count(*) AS attendances,
       count(DISTINCT a.person_id) AS people
FROM attended a LEFT JOIN organizations o ON o.id = a.organization_id GROUP BY 1
