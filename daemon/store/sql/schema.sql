-- The daemon's store. The first line of each table says whether it is evidence (signed or ordered
-- once, never rewritten) or derived (can be rebuilt from evidence).

-- evidence: signed documents as received; of roots all, of the others the newest
CREATE TABLE documents (
    kind INTEGER NOT NULL,      -- enum kk_doc_kind
    gen INTEGER NOT NULL,       -- 0 for a root
    ver INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (kind, gen, ver)
) STRICT, WITHOUT ROWID;

-- evidence: blobs by their hash
CREATE TABLE blobs (
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    label TEXT NOT NULL,        -- doc, devices, or the scope that it serves
    bytes BLOB NOT NULL
) STRICT;

-- evidence: invitations, and who used them
CREATE TABLE invites (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    invite BLOB NOT NULL,       -- the canonical payload
    device BLOB                 -- who used it; NULL while it is open
) STRICT, WITHOUT ROWID;

-- evidence: requests to join
CREATE TABLE requests (
    device BLOB PRIMARY KEY CHECK (length(device) = 16),
    noise BLOB NOT NULL UNIQUE CHECK (length(noise) = 32),
    request BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- evidence: the entries of every scope's log, in the daemon's order
CREATE TABLE entries (
    scope TEXT NOT NULL,
    gsn INTEGER NOT NULL CHECK (gsn > 0),
    op_id BLOB NOT NULL CHECK (length(op_id) = 32),
    recv_ms INTEGER NOT NULL,
    rv_gen INTEGER NOT NULL,
    rv_ver INTEGER NOT NULL,
    tv INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32),
    device BLOB NOT NULL CHECK (length(device) = 16),
    inc INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    op BLOB NOT NULL,           -- the header as signed
    sig BLOB NOT NULL CHECK (length(sig) = 64),
    body BLOB,                  -- sealed; NULL where there is none
    PRIMARY KEY (scope, gsn)
) STRICT;
CREATE UNIQUE INDEX entries_of_chain ON entries (device, scope, inc, seq);

-- derived: the end of each log
CREATE TABLE logs (
    scope TEXT PRIMARY KEY,
    era INTEGER NOT NULL,
    gsn INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32)
) STRICT, WITHOUT ROWID;

-- derived: the end of each chain
CREATE TABLE chains (
    device BLOB NOT NULL CHECK (length(device) = 16),
    scope TEXT NOT NULL,
    inc INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    op_id BLOB NOT NULL CHECK (length(op_id) = 32),
    PRIMARY KEY (device, scope, inc)
) STRICT, WITHOUT ROWID;

-- derived: where each record stands
CREATE TABLE tracks (
    scope TEXT NOT NULL,
    rec BLOB NOT NULL CHECK (length(rec) = 16),
    track BLOB NOT NULL,
    PRIMARY KEY (scope, rec)
) STRICT, WITHOUT ROWID;

-- evidence: a second signed operation for one place of a chain
CREATE TABLE forks (
    device BLOB NOT NULL CHECK (length(device) = 16),
    scope TEXT NOT NULL,
    inc INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    op BLOB NOT NULL,
    sig BLOB NOT NULL CHECK (length(sig) = 64),
    PRIMARY KEY (device, scope, inc, seq, op)
) STRICT, WITHOUT ROWID;

-- derived: which release each device said it holds, when it began its latest session
CREATE TABLE holders (
    device BLOB PRIMARY KEY CHECK (length(device) = 16),
    gen INTEGER NOT NULL,       -- of its catalog; 0: it had none
    ver INTEGER NOT NULL,
    said_ms INTEGER NOT NULL    -- to the day: not every session writes
) STRICT, WITHOUT ROWID;

-- what was handed to whom: a line for each device, scope, way and day
CREATE TABLE served (
    device BLOB NOT NULL CHECK (length(device) = 16),
    scope TEXT NOT NULL,
    way INTEGER NOT NULL,       -- 1 entries of its log, 2 blobs
    day INTEGER NOT NULL,       -- since 1970, UTC
    lo INTEGER NOT NULL,        -- entries, or releases in force
    hi INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (device, scope, way, day)
) STRICT, WITHOUT ROWID;

-- evidence: the newest restoration of this store, or what a device has shown to be one
CREATE TABLE recovery (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL CHECK (length(id) = 16),  -- stands in the eras that end it
    since_ms INTEGER NOT NULL
) STRICT;

-- derived: the furthest that a device said it has of a log while the daemon recovers
CREATE TABLE shown (
    scope TEXT PRIMARY KEY,
    era INTEGER NOT NULL,
    gsn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
