-- What every connection sets before anything else (docs/architecture.md, SQLite).
-- name: connection
PRAGMA trusted_schema = OFF;
PRAGMA foreign_keys = ON;
PRAGMA cell_size_check = ON;
PRAGMA temp_store = MEMORY;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
-- name: journal_wal
PRAGMA journal_mode = WAL;
-- name: journal_truncate
PRAGMA journal_mode = TRUNCATE;
-- name: journal_delete
PRAGMA journal_mode = DELETE;
-- name: begin
BEGIN IMMEDIATE;
-- name: begin_read
BEGIN;
-- name: commit
COMMIT;
-- name: rollback
ROLLBACK;
-- name: version
PRAGMA user_version;
-- name: application
PRAGMA application_id;
-- name: set_version
PRAGMA user_version = %d;
-- name: set_application
PRAGMA application_id = %d;
-- name: max_pages
PRAGMA max_page_count = %d;
-- name: integrity
PRAGMA integrity_check(1);
-- name: any_table
SELECT EXISTS (SELECT 1 FROM sqlite_schema);
