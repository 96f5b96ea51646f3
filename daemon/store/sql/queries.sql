-- name: document_put
INSERT OR REPLACE INTO documents (kind, gen, ver, bytes) VALUES (?1, ?2, ?3, ?4);

-- name: document_drop_older
DELETE FROM documents WHERE kind = ?1 AND (gen, ver) < (?2, ?3);

-- name: document_each
-- scan: all of it, at start; a handful of rows
SELECT kind, bytes FROM documents ORDER BY kind, gen, ver;

-- name: blob_put
INSERT OR IGNORE INTO blobs (hash, label, bytes) VALUES (?1, ?2, ?3);

-- name: blob_find
SELECT label, length(bytes) FROM blobs WHERE hash = ?1;

-- name: blob_read
SELECT substr(bytes, ?2 + 1, ?3) FROM blobs WHERE hash = ?1;

-- name: blob_drop
DELETE FROM blobs WHERE hash = ?1 AND label NOT IN ('doc', 'devices');

-- name: blob_each
-- scan: what one export carries
SELECT bytes FROM blobs WHERE label = ?1 ORDER BY rowid;

-- name: blob_walk
-- scan: all of them, for a backup
SELECT hash, bytes FROM blobs ORDER BY rowid;

-- name: invite_put
INSERT OR IGNORE INTO invites (id, invite) VALUES (?1, ?2);

-- name: invite_find
SELECT invite, device FROM invites WHERE id = ?1;

-- name: invite_use
UPDATE invites SET device = ?2 WHERE id = ?1 AND device IS NULL;

-- name: request_put
INSERT OR IGNORE INTO requests (device, noise, request) VALUES (?1, ?2, ?3);

-- name: request_by_noise
SELECT device FROM requests WHERE noise = ?1;

-- name: request_each
-- scan: all of them, for an export
SELECT request FROM requests ORDER BY device;

-- name: log_find
SELECT era, gsn, head FROM logs WHERE scope = ?1;

-- name: log_each
-- scan: one row a scope
SELECT scope, era, gsn, head FROM logs ORDER BY scope;

-- name: log_put
INSERT INTO logs (scope, era, gsn, head) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (scope) DO UPDATE SET era = ?2, gsn = ?3, head = ?4;

-- name: entry_add
INSERT INTO entries (scope, gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, head, device, inc, seq,
                     op, sig, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15);

-- name: entry_each
SELECT gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, head, op, sig, body
FROM entries WHERE scope = ?1 AND gsn >= ?2 ORDER BY gsn LIMIT ?3;

-- name: entry_head
SELECT head FROM entries WHERE scope = ?1 AND gsn = ?2;

-- name: body_drop
UPDATE entries SET body = NULL WHERE scope = ?1 AND gsn = ?2;

-- name: entry_bare
SELECT 1 FROM entries WHERE device = ?1 AND scope = ?2 AND inc = ?3 AND seq = ?4 AND body IS NULL;

-- name: entry_bare_any
-- scan: once, at start
SELECT 1 FROM entries WHERE body IS NULL LIMIT 1;

-- name: entry_of
SELECT gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict
FROM entries WHERE device = ?1 AND scope = ?2 AND inc = ?3 AND seq = ?4;

-- name: chain_find
SELECT seq, op_id FROM chains WHERE device = ?1 AND scope = ?2 AND inc = ?3;

-- name: chain_each
SELECT scope, inc, seq, op_id FROM chains WHERE device = ?1 ORDER BY scope, inc;

-- name: chain_put
INSERT INTO chains (device, scope, inc, seq, op_id) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (device, scope, inc) DO UPDATE SET seq = ?4, op_id = ?5;

-- name: track_find
SELECT track FROM tracks WHERE scope = ?1 AND rec = ?2;

-- name: track_put
INSERT INTO tracks (scope, rec, track) VALUES (?1, ?2, ?3)
ON CONFLICT (scope, rec) DO UPDATE SET track = ?3;

-- name: fork_put
INSERT OR IGNORE INTO forks (device, scope, inc, seq, op, sig)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE (SELECT count(*) FROM forks WHERE device = ?1) < 16;

-- name: holder_put
INSERT INTO holders (device, gen, ver, said_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (device) DO UPDATE SET gen = ?2, ver = ?3, said_ms = ?4
WHERE gen <> ?2 OR ver <> ?3 OR said_ms < ?4 - 86400000;

-- name: holder_each
-- scan: all of them, for an export
SELECT device, ver, said_ms FROM holders ORDER BY device;

-- name: served_put
INSERT INTO served (device, scope, way, day, lo, hi, first_ms, last_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
ON CONFLICT (device, scope, way, day)
DO UPDATE SET lo = min(lo, ?5), hi = max(hi, ?6), last_ms = max(last_ms, ?7)
WHERE lo > ?5 OR hi < ?6;

-- name: served_each
-- scan: all of them, for an export
SELECT device, scope, way, lo, hi, first_ms, last_ms FROM served
ORDER BY day, device, scope, way;

-- name: recovery_put
INSERT INTO recovery (one, id, since_ms) VALUES (1, ?1, ?2)
ON CONFLICT (one) DO UPDATE SET id = ?1, since_ms = ?2;

-- name: recovery_find
SELECT id, since_ms FROM recovery WHERE one = 1;

-- name: shown_drop
DELETE FROM shown;

-- name: shown_put
INSERT INTO shown (scope, era, gsn) VALUES (?1, ?2, ?3)
ON CONFLICT (scope) DO UPDATE SET era = ?2, gsn = ?3 WHERE (era, gsn) < (?2, ?3);

-- name: shown_each
-- scan: one row a scope
SELECT scope, era, gsn FROM shown ORDER BY scope;

-- name: mark_set
SAVEPOINT page;

-- name: mark_keep
RELEASE page;

-- name: mark_undo
ROLLBACK TO page;
