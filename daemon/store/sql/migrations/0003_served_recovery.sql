-- What was handed to whom.
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
-- What a restored daemon knows of its own restoration.
CREATE TABLE recovery (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL CHECK (length(id) = 16),  -- stands in the eras that end it
    since_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE shown (
    scope TEXT PRIMARY KEY,
    era INTEGER NOT NULL,
    gsn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
