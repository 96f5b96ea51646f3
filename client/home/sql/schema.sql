-- What a device knows beside its replicas. Evidence: documents, keys and invitations as received.

-- evidence: signed documents; of roots all, of the others the newest
CREATE TABLE documents (
    kind INTEGER NOT NULL,      -- enum kk_doc_kind
    gen INTEGER NOT NULL,       -- 0 for a root and a fresh
    ver INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (kind, gen, ver)
) STRICT, WITHOUT ROWID;

-- evidence: blobs that the roster names: device rows, wraps of scope keys
CREATE TABLE papers (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- evidence: the register of what left and came by a file (管理簿)
CREATE TABLE media (
    at_ms INTEGER NOT NULL,
    way INTEGER NOT NULL,       -- enum kk_media_way
    file TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    bytes INTEGER NOT NULL,
    approver TEXT NOT NULL      -- who allowed it; empty where nobody had to
) STRICT;

-- evidence: what was begun and is not written yet; it never leaves this device
CREATE TABLE drafts (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    scope TEXT NOT NULL,
    kind INTEGER NOT NULL,
    rec BLOB NOT NULL CHECK (length(rec) = 16), -- of the record, which may not be there yet
    act INTEGER NOT NULL,
    body BLOB NOT NULL,         -- the map of its fields
    refs BLOB NOT NULL,         -- operations named, 32 bytes each
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- evidence: own operations that were refused and that somebody has looked after
CREATE TABLE settled (
    op_id BLOB PRIMARY KEY CHECK (length(op_id) = 32)
) STRICT, WITHOUT ROWID;

-- evidence: proofs that the daemon signed two histories
CREATE TABLE proofs (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    at_ms INTEGER NOT NULL,     -- when it was found, by this device's clock
    fork BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- derived: what was told of being overdue, so that it is told once
CREATE TABLE told (
    rec BLOB NOT NULL CHECK (length(rec) = 16),
    due_ms INTEGER NOT NULL,
    PRIMARY KEY (rec, due_ms)
) STRICT, WITHOUT ROWID;

-- evidence: single facts by name (home_facts.def)
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    number INTEGER,
    bytes BLOB
) STRICT, WITHOUT ROWID;
