-- The word index (words.h).

-- name: doc_next
SELECT max(doc) FROM docs;

-- name: doc_put
INSERT INTO docs (doc, rec) VALUES (?1, ?2);

-- name: doc_drop
DELETE FROM docs WHERE doc = ?1;

-- name: doc_rec
SELECT rec FROM docs
WHERE doc = ?1 AND NOT EXISTS (SELECT 1 FROM stale WHERE stale.rec = docs.rec)
  AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.rec = docs.rec
                  AND entries.gsn > (SELECT gsn FROM indexed WHERE one = 1));

-- name: doc_clear
-- scan: all of it is derived anew
DELETE FROM docs;

-- name: pair_get
SELECT slots FROM pairs WHERE batch = ?1 AND pair = ?2;

-- name: pair_between
SELECT slots FROM pairs WHERE batch = ?1 AND pair BETWEEN ?2 AND ?3;

-- name: pair_put
INSERT INTO pairs (batch, pair, slots) VALUES (?1, ?2, ?3)
ON CONFLICT (batch, pair) DO UPDATE SET slots = ?3;

-- name: pair_drop
DELETE FROM pairs WHERE batch = ?1 AND pair = ?2;

-- name: pair_of_batch
SELECT pair, slots FROM pairs WHERE batch = ?1;

-- name: pair_clear
-- scan: all of it is derived anew
DELETE FROM pairs;
