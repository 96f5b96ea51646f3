-- One scope of one device. The first line of each table says whether it is evidence (signed, never
-- rewritten) or derived (can be rebuilt from evidence).

-- evidence: what the signed catalog said of this scope when it was last applied
CREATE TABLE held (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    scope TEXT NOT NULL,
    release INTEGER NOT NULL,       -- in which the scope last changed; 0 before the first
    state BLOB CHECK (length(state) = 32),
    manifest_hash BLOB CHECK (length(manifest_hash) = 32),
    manifest_len INTEGER NOT NULL,
    manifest BLOB                   -- plain
) STRICT;

-- evidence: releases that came in
CREATE TABLE releases (
    release INTEGER PRIMARY KEY,
    state BLOB NOT NULL CHECK (length(state) = 32),
    applied_ms INTEGER NOT NULL     -- by this device's clock
) STRICT;

-- evidence: one dataset from one base on
CREATE TABLE segments (
    dataset TEXT NOT NULL,
    base INTEGER NOT NULL,
    ended INTEGER,                  -- the release from which it no longer holds; NULL: it holds
    newest INTEGER NOT NULL,        -- the release of its last delta, or its base
    since INTEGER NOT NULL,         -- the release in which the dataset first stood here
    row_count INTEGER NOT NULL,     -- of the newest state
    seg_root BLOB NOT NULL CHECK (length(seg_root) = 32),
    index_hash BLOB NOT NULL CHECK (length(index_hash) = 32),
    index_plain BLOB NOT NULL,
    sums BLOB NOT NULL,             -- derived: gid list of the newest state
    PRIMARY KEY (dataset, base)
) STRICT;

-- evidence: packs and deltas, unsealed, still coded
CREATE TABLE blobs (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- of the blob as it travelled
    kind INTEGER NOT NULL,
    epoch INTEGER NOT NULL,         -- of the key that sealed it; 0: it was clear
    sum BLOB NOT NULL CHECK (length(sum) = 32),      -- of these bytes
    coded BLOB NOT NULL
) STRICT;
