-- Which release each device said it holds.
CREATE TABLE holders (
    device BLOB PRIMARY KEY CHECK (length(device) = 16),
    gen INTEGER NOT NULL,       -- of its catalog; 0: it had none
    ver INTEGER NOT NULL,
    said_ms INTEGER NOT NULL    -- to the day: not every session writes
) STRICT, WITHOUT ROWID;
