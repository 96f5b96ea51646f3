/* Binding, stepping, reading. A binding that fails is remembered and told by the next step. */
#include "stmt.h"

#include "kukyoku/base/bytes.h"

static void note(struct kk_stmt *s, int rc)
{
    if (s->bound == SQLITE_OK)
        s->bound = rc;
}

void kk_stmt_int(struct kk_stmt *s, int place, int64_t value)
{
    note(s, sqlite3_bind_int64(s->handle, place, value));
}

void kk_stmt_text(struct kk_stmt *s, int place, struct kk_slice value)
{
    note(s, sqlite3_bind_text64(s->handle, place, (const char *)value.data, value.len,
                                SQLITE_TRANSIENT, SQLITE_UTF8));
}

void kk_stmt_blob(struct kk_stmt *s, int place, struct kk_slice value)
{
    note(s, sqlite3_bind_blob64(s->handle, place, value.data, value.len, SQLITE_TRANSIENT));
}

void kk_stmt_lend(struct kk_stmt *s, int place, struct kk_slice value)
{
    note(s, sqlite3_bind_blob64(s->handle, place, value.data, value.len, SQLITE_STATIC));
}

void kk_stmt_null(struct kk_stmt *s, int place)
{
    note(s, sqlite3_bind_null(s->handle, place));
}

void kk_stmt_reset(struct kk_stmt *s)
{
    sqlite3_reset(s->handle);
}

int kk_stmt_step(struct kk_stmt *s)
{
    int rc = s->bound == SQLITE_OK ? sqlite3_step(s->handle) : s->bound;

    if (rc == SQLITE_ROW)
        return 1;
    sqlite3_reset(s->handle);
    return rc == SQLITE_DONE ? 0 : kk_db_fault(rc);
}

int kk_stmt_run(struct kk_stmt *s)
{
    int r = kk_stmt_step(s);

    kk_assert(r <= 0); /* a statement that gives rows is read with kk_stmt_step */
    return r;
}

int kk_stmt_fetch(struct kk_stmt *s, struct kk_bytes *out)
{
    int r = kk_stmt_step(s);

    if (r <= 0)
        return r;
    r = kk_bytes_append_slice(out, kk_stmt_col_blob(s, 0));
    kk_stmt_reset(s);
    return r < 0 ? r : 1;
}

int64_t kk_stmt_col_int(struct kk_stmt *s, int column)
{
    return sqlite3_column_int64(s->handle, column);
}

struct kk_slice kk_stmt_col_text(struct kk_stmt *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s->handle, column);

    return kk_slice(text, text ? (size_t)sqlite3_column_bytes(s->handle, column) : 0);
}

struct kk_slice kk_stmt_col_blob(struct kk_stmt *s, int column)
{
    const void *bytes = sqlite3_column_blob(s->handle, column);

    return kk_slice(bytes, bytes ? (size_t)sqlite3_column_bytes(s->handle, column) : 0);
}

bool kk_stmt_col_null(struct kk_stmt *s, int column)
{
    return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

bool kk_stmt_col_copy(struct kk_stmt *s, int column, void *ret, size_t len)
{
    struct kk_slice bytes = kk_stmt_col_blob(s, column);

    if (bytes.len != len)
        return false;
    memcpy(ret, bytes.data, len);
    return true;
}
