-- name: observation_put
INSERT INTO observations (dataset, indicator, area, period, breakdown, value, scaled, missing, unit,
                          status, method, source, note)
VALUES (?1, ?2, ?3, ?4, ?5, CAST(?6 AS REAL) / 10000.0, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: reference_put
INSERT INTO reference (name, code, valid_from, field, text) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: origin_put
INSERT INTO origin (scope, release, state) VALUES (?1, ?2, ?3);
