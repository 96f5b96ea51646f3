-- What giving entries back needs, what a new era cuts off, and memos by their case.
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

-- Memos stand in the index by their case.
INSERT OR IGNORE INTO stale (rec) SELECT rec FROM glances WHERE kind = 10;
