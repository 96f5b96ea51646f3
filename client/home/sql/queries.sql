-- name: document_put
INSERT OR REPLACE INTO documents (kind, gen, ver, bytes) VALUES (?1, ?2, ?3, ?4);

-- name: document_drop_older
DELETE FROM documents WHERE kind = ?1 AND (gen, ver) < (?2, ?3);

-- name: document_each
-- scan: all of it, at start; a handful of rows
SELECT kind, bytes FROM documents ORDER BY kind, gen, ver;

-- name: paper_put
INSERT OR IGNORE INTO papers (hash, bytes) VALUES (?1, ?2);

-- name: paper_find
SELECT bytes FROM papers WHERE hash = ?1;

-- name: paper_each
-- scan: all of them, to find what no roster names any more
SELECT hash FROM papers;

-- name: paper_drop
DELETE FROM papers WHERE hash = ?1;

-- name: fact_put
INSERT INTO facts (name, number, bytes) VALUES (?1, ?2, ?3)
ON CONFLICT (name) DO UPDATE SET number = ?2, bytes = ?3;

-- name: fact_find
SELECT number, bytes FROM facts WHERE name = ?1;

-- name: media_add
INSERT INTO media (at_ms, way, file, hash, bytes, approver) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: media_each
-- scan: the register, as it was written
SELECT at_ms, way, file, hash, bytes, approver FROM media ORDER BY rowid;

-- name: draft_put
INSERT INTO drafts (id, scope, kind, rec, act, body, refs, changed_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (id) DO UPDATE SET body = ?6, changed_ms = ?8;

-- name: draft_each
-- scan: what one person has begun
SELECT id, scope, kind, rec, act, body, refs, changed_ms FROM drafts ORDER BY changed_ms DESC, id;

-- name: draft_drop
DELETE FROM drafts WHERE id = ?1;

-- name: settled_put
INSERT OR IGNORE INTO settled (op_id) VALUES (?1);

-- name: settled_find
SELECT 1 FROM settled WHERE op_id = ?1;

-- name: proof_put
INSERT OR IGNORE INTO proofs (hash, at_ms, fork) VALUES (?1, ?2, ?3);

-- name: proof_each
-- scan: hardly ever any
SELECT fork FROM proofs ORDER BY at_ms, hash;

-- name: told_put
INSERT OR IGNORE INTO told (rec, due_ms) VALUES (?1, ?2) RETURNING 1;
