-- Memos stand in the index by their case.
INSERT OR IGNORE INTO stale (rec) SELECT rec FROM glances WHERE kind = 10;
