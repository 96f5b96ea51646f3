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
