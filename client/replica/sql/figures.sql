-- name: figures_area
SELECT dataset, indicator, area, period, breakdown, scaled, missing, unit, status, method, source,
       note
FROM obs WHERE dataset = ?4 AND indicator = ?1 AND area = ?2 AND as_of = ?3;

-- name: figures_indicator
SELECT dataset, indicator, area, period, breakdown, scaled, missing, unit, status, method, source,
       note
FROM obs WHERE dataset = ?4 AND indicator = ?1 AND as_of = ?3;

-- name: figures_all
-- scan: the whole of a release
SELECT dataset, indicator, area, period, breakdown, scaled, missing, unit, status, method, source,
       note
FROM obs WHERE dataset = ?4 AND as_of = ?3
ORDER BY dataset, indicator, area, breakdown, period;
