-- derived: figures for other programs. value is scaled / 10000 (exact up to 15 digits); scaled is exact.
CREATE TABLE observations (
    dataset TEXT NOT NULL,
    indicator TEXT NOT NULL,
    area TEXT NOT NULL,
    period TEXT NOT NULL,
    breakdown TEXT NOT NULL,
    value REAL,
    scaled INTEGER,
    missing TEXT NOT NULL,
    unit TEXT NOT NULL,
    status TEXT NOT NULL,
    method TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (dataset, indicator, area, breakdown, period)
) STRICT, WITHOUT ROWID;

-- derived: what the codes mean (include/kukyoku/bundle/references.def); valid_from '' is always
CREATE TABLE reference (
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (name, code, valid_from, field)
) STRICT, WITHOUT ROWID;

-- derived: where the figures come from
CREATE TABLE origin (
    scope TEXT NOT NULL,
    release INTEGER NOT NULL,
    state BLOB NOT NULL
) STRICT;
