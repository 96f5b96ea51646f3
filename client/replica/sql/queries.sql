-- name: held_get
SELECT scope, release, state, manifest_hash, manifest_len, manifest FROM held WHERE one = 1;

-- name: held_put
INSERT OR REPLACE INTO held (one, scope, release, state, manifest_hash, manifest_len, manifest)
VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6);

-- name: release_put
INSERT OR REPLACE INTO releases (release, state, applied_ms) VALUES (?1, ?2, ?3);

-- name: release_state
SELECT state FROM releases WHERE release = ?1;

-- name: segment_put
INSERT OR REPLACE INTO segments
    (dataset, base, ended, newest, since, row_count, seg_root, index_hash, index_plain, sums)
VALUES (?1, ?2, NULL, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: segment_each
-- scan: a handful of rows
SELECT dataset, base, ended, since, row_count, seg_root, index_hash, index_plain, sums
FROM segments ORDER BY dataset, base;

-- name: segment_by_index
-- scan: a handful of rows
SELECT index_plain FROM segments WHERE index_hash = ?1;

-- name: segment_end
UPDATE segments SET ended = ?2 WHERE dataset = ?1 AND ended IS NULL AND base <> ?3;

-- name: segment_purge
DELETE FROM segments WHERE dataset = ?1 AND base < ?2;

-- name: indicator_put
INSERT INTO indicators (dataset, indicator, row_count, area_count, first, last, unit)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: indicator_drop
DELETE FROM indicators WHERE dataset = ?1;

-- name: indicator_each
SELECT indicator, row_count, area_count, first, last, unit FROM indicators
WHERE dataset = ?1 ORDER BY indicator;

-- name: blob_put
INSERT OR REPLACE INTO blobs (hash, kind, epoch, sum, coded) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: blob_get
SELECT kind, epoch, sum, coded FROM blobs WHERE hash = ?1;

-- name: blob_has
SELECT 1 FROM blobs WHERE hash = ?1;

-- name: blob_drop
DELETE FROM blobs WHERE hash = ?1;

-- name: blob_hashes
-- scan: a purge looks at all
SELECT hash FROM blobs;

-- name: export_rows
-- scan: the whole of a release
SELECT dataset, indicator, area, period, breakdown, value, scaled, missing, unit, status, method,
       source, note
FROM obs WHERE as_of = ?1 AND dataset NOT IN ('karte', 'ref') ORDER BY dataset, indicator, area, breakdown, period;
