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

-- derived: what lists tell of each indicator of the newest state, put with it; a dataset without
-- rows here is decoded instead
CREATE TABLE indicators (
    dataset TEXT NOT NULL,
    indicator TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    area_count INTEGER NOT NULL,
    first TEXT NOT NULL,            -- period
    last TEXT NOT NULL,
    unit TEXT NOT NULL,             -- the first by its letters, where it has several
    PRIMARY KEY (dataset, indicator)
) STRICT, WITHOUT ROWID;

-- evidence: packs and deltas, unsealed, still coded
CREATE TABLE blobs (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- of the blob as it travelled
    kind INTEGER NOT NULL,
    epoch INTEGER NOT NULL,         -- of the key that sealed it; 0: it was clear
    sum BLOB NOT NULL CHECK (length(sum) = 32),      -- of these bytes
    coded BLOB NOT NULL
) STRICT;

-- evidence: the entries of the scope's log, verified one by one
CREATE TABLE entries (
    gsn INTEGER PRIMARY KEY,
    op_id BLOB NOT NULL UNIQUE CHECK (length(op_id) = 32),
    recv_ms INTEGER NOT NULL,
    rv_gen INTEGER NOT NULL,
    rv_ver INTEGER NOT NULL,
    tv INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32),
    rec BLOB NOT NULL CHECK (length(rec) = 16),
    op BLOB NOT NULL,               -- the header as signed
    sig BLOB NOT NULL CHECK (length(sig) = 64),
    body BLOB                       -- sealed; NULL where there is none
) STRICT;
CREATE INDEX entries_of_record ON entries (rec, gsn);
CREATE INDEX entries_refused ON entries (gsn) WHERE verdict <> 0;

-- evidence: the newest head that the daemon signed
CREATE TABLE log_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    era INTEGER NOT NULL,
    gsn INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32),
    signed BLOB NOT NULL
) STRICT;

-- derived: the end of each chain in the log
CREATE TABLE chains (
    device BLOB NOT NULL CHECK (length(device) = 16),
    inc INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    op_id BLOB NOT NULL CHECK (length(op_id) = 32),
    PRIMARY KEY (device, inc)
) STRICT, WITHOUT ROWID;

-- derived: where each record stands, by the log alone
CREATE TABLE tracks (
    rec BLOB PRIMARY KEY CHECK (length(rec) = 16),
    track BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- evidence: own operations that the log does not hold yet
CREATE TABLE outbox (
    inc INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    op_id BLOB NOT NULL UNIQUE CHECK (length(op_id) = 32),
    rec BLOB NOT NULL CHECK (length(rec) = 16),
    made_ms INTEGER NOT NULL,
    op BLOB NOT NULL,
    sig BLOB NOT NULL CHECK (length(sig) = 64),
    body BLOB,
    refused INTEGER NOT NULL,       -- 0 waits; -1 taken, its entry is to come; else the wire code
                                    -- for which the daemon did not take it
    PRIMARY KEY (inc, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (inc, seq) WHERE refused = 0;
CREATE INDEX outbox_by_record ON outbox (rec, inc, seq);

-- evidence: what the daemon signed when it took own operations, many at a time
CREATE TABLE pushed (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL              -- of the PUSHED message
) STRICT;
CREATE TABLE receipts (
    op_id BLOB PRIMARY KEY CHECK (length(op_id) = 32),
    pushed INTEGER NOT NULL REFERENCES pushed (id)
) STRICT, WITHOUT ROWID;

-- evidence: pages of the log that hold a verdict which is not that of the tables
CREATE TABLE complaints (
    gsn INTEGER PRIMARY KEY,
    own_verdict INTEGER NOT NULL,
    page BLOB NOT NULL              -- the ENTRIES message's body, with the signed head
) STRICT;

-- derived: what lists ask of a record, so that they open only what they show
CREATE TABLE glances (
    rec BLOB PRIMARY KEY CHECK (length(rec) = 16),
    kind INTEGER NOT NULL,          -- 0: no body of it can be opened yet
    closed INTEGER NOT NULL,        -- nobody is waited for any more
    conflicts INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,         -- of its newest operation: received, or made while pending
    seen INTEGER NOT NULL,          -- its newest entry then; 0: it had none
    doc INTEGER,                    -- its number in the word index; NULL: no text of it is there
    text INTEGER NOT NULL           -- the first 8 bytes of a hash of the folded text, or 0
) STRICT, WITHOUT ROWID;
CREATE INDEX glances_of_kind ON glances (kind, at_ms);
CREATE INDEX glances_by_time ON glances (at_ms);
CREATE INDEX glances_in_conflict ON glances (rec) WHERE conflicts > 0;

-- derived: the areas that a record names; of a memo the id of its case, as text
CREATE TABLE places (
    area TEXT NOT NULL,
    kind INTEGER NOT NULL,
    rec BLOB NOT NULL CHECK (length(rec) = 16),
    PRIMARY KEY (area, kind, rec)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_of_record ON places (rec);

-- derived: the word index: numbers for records, a new one with every change of its text
CREATE TABLE docs (
    doc INTEGER PRIMARY KEY,
    rec BLOB NOT NULL CHECK (length(rec) = 16)
) STRICT;
-- derived: which of 4,096 numbers hold a pair of characters (words/fold.h, words/postings.h)
CREATE TABLE pairs (
    batch INTEGER NOT NULL,         -- doc / 4096
    pair INTEGER NOT NULL,
    slots BLOB NOT NULL,
    PRIMARY KEY (batch, pair)
) STRICT, WITHOUT ROWID;

-- derived: the entry up to which the log is in the indexes; no entry can miss them
CREATE TABLE indexed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    gsn INTEGER NOT NULL
) STRICT;
INSERT INTO indexed (one, gsn) VALUES (1, 0);
CREATE TRIGGER indexed_by_cut AFTER DELETE ON entries
BEGIN UPDATE indexed SET gsn = old.gsn - 1 WHERE gsn >= old.gsn; END;

-- derived: records whose glance is behind otherwise; no change of a record can miss it
CREATE TABLE stale (
    n INTEGER PRIMARY KEY,          -- in the order in which they changed
    rec BLOB NOT NULL UNIQUE CHECK (length(rec) = 16)
) STRICT;
CREATE TRIGGER stale_by_erasure AFTER UPDATE OF body ON entries
BEGIN INSERT OR IGNORE INTO stale (rec) VALUES (new.rec); END;
CREATE TRIGGER stale_by_outbox AFTER INSERT ON outbox
BEGIN INSERT OR IGNORE INTO stale (rec) VALUES (new.rec); END;
CREATE TRIGGER stale_by_refusal AFTER UPDATE OF refused ON outbox WHEN new.refused > 0
BEGIN INSERT OR IGNORE INTO stale (rec) VALUES (new.rec); END;

-- derived: all whose glance is behind; some twice
CREATE VIEW behind (rec) AS
SELECT rec FROM stale UNION ALL SELECT rec FROM entries WHERE gsn > (SELECT gsn FROM indexed WHERE one = 1);

-- evidence: heads that the daemon signed at the ends of pages
CREATE TABLE heads (
    gsn INTEGER PRIMARY KEY,
    signed BLOB NOT NULL
) STRICT;

-- evidence: entries of an era that ended before them
CREATE TABLE cut (
    n INTEGER PRIMARY KEY,          -- in the order of the log
    era INTEGER NOT NULL,           -- that ended; its successor begins behind `after_gsn`
    after_gsn INTEGER NOT NULL,
    cut_ms INTEGER NOT NULL,        -- by this device's clock
    own INTEGER NOT NULL,
    returned INTEGER NOT NULL,      -- handed in to the new era
    gsn INTEGER NOT NULL,
    op_id BLOB NOT NULL CHECK (length(op_id) = 32),
    recv_ms INTEGER NOT NULL,
    rv_gen INTEGER NOT NULL,
    rv_ver INTEGER NOT NULL,
    tv INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    op BLOB NOT NULL,
    sig BLOB NOT NULL CHECK (length(sig) = 64),
    body BLOB
) STRICT;
CREATE INDEX cut_waiting ON cut (n) WHERE returned = 0;
