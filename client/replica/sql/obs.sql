-- name: declare
CREATE TABLE obs (
    dataset TEXT, indicator TEXT, area TEXT, period TEXT, breakdown TEXT, value, missing TEXT,
    unit TEXT, status TEXT, method TEXT, source TEXT, note TEXT,
    scaled INTEGER HIDDEN, as_of INTEGER HIDDEN
);

-- name: held
SELECT state FROM held WHERE one = 1;

-- name: segments
-- scan: a handful of rows
SELECT dataset, base, ended, since, index_plain FROM segments ORDER BY dataset, base;

-- name: blob
SELECT coded FROM blobs WHERE hash = ?1;
