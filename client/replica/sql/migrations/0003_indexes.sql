-- Indexes. What is behind is what stands in the log behind a mark, and what changed otherwise; a glance knows
-- its number in the word index. What the indexes hold stays as it is.
ALTER TABLE glances RENAME TO glances_before;
DROP INDEX glances_of_kind;
DROP INDEX glances_by_time;
DROP INDEX glances_in_conflict;
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
INSERT INTO glances (rec, kind, closed, conflicts, at_ms, seen, doc, text)
SELECT g.rec, g.kind, g.closed, g.conflicts, g.at_ms, 0, d.doc, coalesce(d.text, 0)
FROM glances_before g LEFT JOIN docs d ON d.rec = g.rec;
DROP TABLE glances_before;
CREATE INDEX glances_of_kind ON glances (kind, at_ms);
CREATE INDEX glances_by_time ON glances (at_ms);
CREATE INDEX glances_in_conflict ON glances (rec) WHERE conflicts > 0;

ALTER TABLE docs RENAME TO docs_before;
CREATE TABLE docs (
    doc INTEGER PRIMARY KEY,
    rec BLOB NOT NULL CHECK (length(rec) = 16)
) STRICT;
INSERT INTO docs (doc, rec) SELECT doc, rec FROM docs_before;
DROP TABLE docs_before;

DROP TRIGGER stale_by_entry;
CREATE TABLE indexed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    gsn INTEGER NOT NULL
) STRICT;
INSERT INTO indexed (one, gsn) SELECT 1, coalesce(max(gsn), 0) FROM entries;
CREATE TRIGGER indexed_by_cut AFTER DELETE ON entries
BEGIN UPDATE indexed SET gsn = old.gsn - 1 WHERE gsn >= old.gsn; END;
CREATE VIEW behind (rec) AS
SELECT rec FROM stale UNION ALL SELECT rec FROM entries WHERE gsn > (SELECT gsn FROM indexed WHERE one = 1);

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
