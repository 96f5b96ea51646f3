/* The virtual table: planning, cursors, columns. What it reads comes from obs_reader.c. */
#include "replica/obs_vtab.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "obs_sql.h"
#include "replica/obs_reader.h"
#include "sqlite_api.h"

enum column {
    COL_DATASET,
    COL_INDICATOR,
    COL_AREA,
    COL_PERIOD,
    COL_BREAKDOWN,
    COL_VALUE,
    COL_MISSING,
    COL_UNIT,
    COL_STATUS,
    COL_METHOD,
    COL_SOURCE,
    COL_NOTE,
    COL_SCALED,
    COL_AS_OF
};

/*
 * Columns whose equality is used, in the order of their arguments, and what one leaves of all rows.
 */
static const struct usable {
    enum column column;
    double share;
} usable[] = {
    { COL_DATASET, 0.5 }, { COL_INDICATOR, 0.005 }, { COL_AREA, 0.005 },
    { COL_PERIOD, 0.1 },  { COL_BREAKDOWN, 0.2 },   { COL_AS_OF, 1.0 },
};
/* Rows come in this order. */
static const enum column row_order[] = { COL_DATASET, COL_INDICATOR, COL_AREA, COL_BREAKDOWN,
                                         COL_PERIOD };

#define GUESSED_ROWS 1000000.0

struct table {
    sqlite3_vtab base;
    struct obs_reader reader;
};

struct cursor {
    sqlite3_vtab_cursor base;
    struct table *table;
    char *wanted[KK_COUNT(usable)]; /* texts that the columns must equal, or NULL */
    bool nothing;                   /* an argument was NULL: no row equals it */
    int64_t as_of;                  /* 0: the newest */
    size_t at, next_at;             /* segment at hand; where the next dataset begins */
    size_t depth;
    struct kk_segment *segment;
    size_t pack, pack_end;
    struct obs_block *block;
    size_t group, group_end, row, row_end;
    int codes[KK_COUNT(usable)]; /* of area, period, breakdown in this segment; -1: any */
    int64_t rowid;
    bool done;
};

/* --- the table --- */
static int connect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **ret,
                   char **ret_error)
{
    struct table *t;
    int code = sqlite3_declare_vtab(db, kk_obs_schema.queries[OBS_DECLARE].sql);

    (void)aux;
    (void)argc;
    (void)argv;
    (void)ret_error;
    if (code != SQLITE_OK)
        return code;
    t = kk_alloc(sizeof(*t));
    if (!t)
        return SQLITE_NOMEM;
    obs_reader_init(&t->reader, db);
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS); /* it reads this file and nothing else */
    *ret = &t->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *base)
{
    struct table *t = KK_OWNER_OF(base, struct table, base);

    obs_reader_fini(&t->reader);
    kk_free(t);
    return SQLITE_OK;
}

static int refuse(struct table *t, int fault)
{
    sqlite3_free(t->base.zErrMsg);
    t->base.zErrMsg = sqlite3_mprintf("obs: %s", kk_error_info(fault)->en);
    if (fault == KK_E_MEMORY)
        return SQLITE_NOMEM;
    return fault == KK_E_RELEASE_ABSENT ? SQLITE_ERROR : SQLITE_CORRUPT_VTAB;
}

/* --- planning --- */
static bool is_bound(const sqlite3_index_info *info, enum column column)
{
    for (size_t i = 0; i < KK_COUNT(usable); i++)
        if (usable[i].column == column)
            return info->idxNum & 1 << i;
    return false;
}

/* Do the rows come in the order that is asked for? Columns held to one value do not count. */
static bool order_holds(const sqlite3_index_info *info)
{
    size_t at = 0;

    for (int i = 0; i < info->nOrderBy; i++) {
        enum column wanted = (enum column)info->aOrderBy[i].iColumn;

        while (at < KK_COUNT(row_order) && row_order[at] != wanted && is_bound(info, row_order[at]))
            at++;
        if (is_bound(info, wanted))
            continue;
        if (info->aOrderBy[i].desc || at == KK_COUNT(row_order) || row_order[at] != wanted)
            return false;
        at++;
    }
    return true;
}

/* Which constraint serves usable[i]; -1: none, -2: one that must, but cannot here. */
static int find_constraint(const sqlite3_index_info *info, size_t i)
{
    int found = -1;

    for (int k = 0; k < info->nConstraint; k++) {
        if (info->aConstraint[k].iColumn != (int)usable[i].column ||
            info->aConstraint[k].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (info->aConstraint[k].usable)
            return k;
        if (usable[i].column == COL_AS_OF)
            found = -2;
    }
    return found;
}

static int best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    double rows = GUESSED_ROWS, decoded = GUESSED_ROWS;
    int place = 0;

    (void)base;
    info->idxNum = 0;
    for (size_t i = 0; i < KK_COUNT(usable); i++) {
        int k = find_constraint(info, i);

        if (k == -2)
            return SQLITE_CONSTRAINT; /* as_of is no column to filter by: it says what to read */
        if (k < 0)
            continue;
        info->aConstraintUsage[k].argvIndex = ++place;
        info->aConstraintUsage[k].omit = 1;
        info->idxNum |= 1 << i;
        rows *= usable[i].share;
        if (usable[i].column == COL_INDICATOR)
            decoded *= 0.05; /* one pack of some twenty */
    }
    info->estimatedRows = rows < 1 ? 1 : (sqlite3_int64)rows;
    info->estimatedCost = decoded / 50 + rows;
    info->orderByConsumed = order_holds(info);
    return SQLITE_OK;
}

/* --- cursors --- */
static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **ret)
{
    struct cursor *c = kk_alloc(sizeof(*c));

    if (!c)
        return SQLITE_NOMEM;
    c->table = KK_OWNER_OF(base, struct table, base);
    c->table->reader.cursors++;
    *ret = &c->base;
    return SQLITE_OK;
}

static void reset_cursor(struct cursor *c)
{
    obs_reader_release(&c->table->reader, c->block);
    c->block = NULL;
    for (size_t i = 0; i < KK_COUNT(usable); i++) {
        kk_free(c->wanted[i]);
        c->wanted[i] = NULL;
    }
    c->nothing = c->done = false;
    c->as_of = 0;
    c->at = c->next_at = 0;
    c->segment = NULL;
    c->pack = c->pack_end = c->group = c->group_end = c->row = c->row_end = 0;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    struct cursor *c = KK_OWNER_OF(base, struct cursor, base);

    reset_cursor(c);
    c->table->reader.cursors--;
    kk_free(c);
    return SQLITE_OK;
}

static const char *wanted(const struct cursor *c, enum column column)
{
    for (size_t i = 0; i < KK_COUNT(usable); i++)
        if (usable[i].column == column)
            return c->wanted[i];
    return NULL;
}

/* The code of a wanted text in this segment's words; -1 any, -2 none has it. */
static int code_of(const struct cursor *c, const struct kk_dict *d, enum column column)
{
    const char *text = wanted(c, column);
    int code;

    if (!text)
        return -1;
    code = kk_dict_find(d, kk_slice_text(text));
    return code < 0 ? -2 : code;
}

/* Rows of the group that may match: an area narrows them to its run. */
static void narrow(struct cursor *c, const struct kk_obs_group *g)
{
    int area = c->codes[COL_AREA];

    c->row = 0;
    c->row_end = g->count;
    if (area >= 0)
        kk_obs_group_area(&c->segment->words, g, (uint16_t)area, &c->row, &c->row_end);
}

static void enter_block(struct cursor *c)
{
    const struct kk_obs_block *b = &c->block->block;
    const char *indicator = wanted(c, COL_INDICATOR);
    const struct kk_obs_group *g;

    c->group = 0;
    c->group_end = b->count;
    if (!indicator)
        return;
    g = kk_obs_block_find(b, kk_slice_text(indicator));
    c->group = g ? (size_t)(g - b->groups) : 0;
    c->group_end = g ? c->group + 1 : 0;
}

/* Opens the segment that the choice names; 1: it has nothing that can match. */
static int enter_segment(struct cursor *c, size_t at)
{
    struct obs_reader *r = &c->table->reader;
    const char *indicator = wanted(c, COL_INDICATOR);
    const struct kk_obs_words *w;
    int e = obs_reader_segment(r, at, &c->segment);

    if (e < 0)
        return e;
    c->at = at;
    c->depth = c->segment->index.deltas.count;
    if (c->as_of > 0)
        e = kk_segment_depth(c->segment, (uint32_t)c->as_of, &c->depth);
    if (e < 0)
        return e;
    w = &c->segment->words;
    c->codes[COL_AREA] = code_of(c, &w->areas, COL_AREA);
    c->codes[COL_PERIOD] = code_of(c, &w->periods, COL_PERIOD);
    c->codes[COL_BREAKDOWN] = code_of(c, &w->breakdowns, COL_BREAKDOWN);
    c->pack = indicator ? kk_segment_pack_of(c->segment, kk_slice_text(indicator)) : 0;
    c->pack_end = indicator ? c->pack + 1 : kk_segment_pack_count(c->segment);
    if (c->codes[COL_AREA] == -2 || c->codes[COL_PERIOD] == -2 || c->codes[COL_BREAKDOWN] == -2)
        c->pack = c->pack_end;
    return 0;
}

/* Moves to the next dataset that can match; sets done at the end. */
static int next_segment(struct cursor *c)
{
    struct obs_reader *r = &c->table->reader;
    const char *dataset = wanted(c, COL_DATASET);

    while (c->next_at < r->count) {
        const char *name = r->segments[c->next_at].dataset;
        struct span_choice choice =
            obs_reader_choose(r, c->next_at, (uint32_t)c->as_of, &c->next_at);

        if (dataset && strcmp(dataset, name) != 0)
            continue;
        if (choice.verdict == SPAN_ABSENT)
            return KK_E_RELEASE_ABSENT;
        if (choice.verdict == SPAN_HELD)
            return enter_segment(c, choice.at);
    }
    c->done = true;
    return 0;
}

/* Moves to the next group, pack or dataset that has rows to look at. */
static int next_group(struct cursor *c)
{
    struct obs_reader *r = &c->table->reader;
    int e = 0;

    while (!c->done && e == 0) {
        if (c->block && c->group < c->group_end) {
            narrow(c, &c->block->block.groups[c->group]);
            return 0;
        }
        obs_reader_release(r, c->block);
        c->block = NULL;
        if (c->segment && c->pack < c->pack_end) {
            e = obs_reader_block(r, c->at, c->pack++, c->depth, &c->block);
            if (e == 0)
                enter_block(c);
        } else {
            e = next_segment(c);
        }
    }
    return e;
}

static bool matches(const struct cursor *c, const struct kk_obs_row *row)
{
    return (c->codes[COL_PERIOD] < 0 || row->period == c->codes[COL_PERIOD]) &&
           (c->codes[COL_BREAKDOWN] < 0 || row->breakdown == c->codes[COL_BREAKDOWN]);
}

/* Stops at the first row from here on that matches. */
static int settle(struct cursor *c)
{
    int e = 0;

    while (!c->done && e == 0) {
        const struct kk_obs_group *g = c->block ? &c->block->block.groups[c->group] : NULL;

        while (g && c->row < c->row_end && !matches(c, &g->rows[c->row]))
            c->row++;
        if (g && c->row < c->row_end)
            return SQLITE_OK;
        if (g)
            c->group++;
        e = next_group(c);
    }
    return e < 0 ? refuse(c->table, e) : SQLITE_OK;
}

static int take_argument(struct cursor *c, size_t i, sqlite3_value *value)
{
    const char *text;

    if (sqlite3_value_type(value) == SQLITE_NULL) {
        c->nothing = true;
        return SQLITE_OK;
    }
    if (usable[i].column == COL_AS_OF) {
        c->as_of = sqlite3_value_int64(value);
        if (c->as_of < 0 || c->as_of > UINT32_MAX)
            return refuse(c->table, KK_E_RELEASE_ABSENT);
        return SQLITE_OK;
    }
    text = (const char *)sqlite3_value_text(value);
    if (text)
        c->wanted[i] = kk_text_dup(text, (size_t)sqlite3_value_bytes(value));
    return c->wanted[i] ? SQLITE_OK : SQLITE_NOMEM;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                  sqlite3_value **argv)
{
    struct cursor *c = KK_OWNER_OF(base, struct cursor, base);
    int place = 0, code = SQLITE_OK, e;

    (void)name;
    reset_cursor(c);
    c->rowid = 0;
    for (size_t i = 0; i < KK_COUNT(usable) && code == SQLITE_OK; i++)
        if (plan & 1 << i && place < argc)
            code = take_argument(c, i, argv[place++]);
    if (code != SQLITE_OK)
        return code;
    c->table->reader.cursors--; /* this one has just let go of everything */
    e = obs_reader_refresh(&c->table->reader);
    c->table->reader.cursors++;
    if (e < 0)
        return refuse(c->table, e);
    c->done = c->nothing;
    return settle(c);
}

static int next(sqlite3_vtab_cursor *base)
{
    struct cursor *c = KK_OWNER_OF(base, struct cursor, base);

    c->row++;
    c->rowid++;
    return settle(c);
}

static int at_end(sqlite3_vtab_cursor *base)
{
    return KK_OWNER_OF(base, struct cursor, base)->done;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
    *ret = KK_OWNER_OF(base, struct cursor, base)->rowid;
    return SQLITE_OK;
}

/* --- columns --- */
static void result_text(sqlite3_context *ctx, struct kk_slice text)
{
    /* copied: the cursor may let go of its block before the text is used */
    sqlite3_result_text(ctx, text.len ? (const char *)text.data : "", (int)text.len,
                        SQLITE_TRANSIENT);
}

static void result_value(sqlite3_context *ctx, const struct kk_obs *o)
{
    if (o->missing != KK_MISSING_NONE)
        sqlite3_result_null(ctx);
    else if (o->value % KK_OBS_SCALE == 0)
        sqlite3_result_int64(ctx, o->value / KK_OBS_SCALE);
    else
        sqlite3_result_double(ctx, (double)o->value / KK_OBS_SCALE);
}

static void result_scaled(sqlite3_context *ctx, const struct kk_obs *o)
{
    if (o->missing == KK_MISSING_NONE)
        sqlite3_result_int64(ctx, o->value);
    else
        sqlite3_result_null(ctx);
}

static void result_of(const struct cursor *c, sqlite3_context *ctx, enum column column)
{
    const struct kk_obs_group *g = &c->block->block.groups[c->group];
    struct kk_obs o;

    kk_obs_get(&c->segment->words, g, &g->rows[c->row], &o);
    switch (column) {
    case COL_DATASET:
        result_text(ctx, c->segment->index.schema.dataset);
        return;
    case COL_INDICATOR:
        result_text(ctx, o.indicator);
        return;
    case COL_AREA:
        result_text(ctx, o.area);
        return;
    case COL_PERIOD:
        result_text(ctx, o.period);
        return;
    case COL_BREAKDOWN:
        result_text(ctx, o.breakdown);
        return;
    case COL_VALUE:
        result_value(ctx, &o);
        return;
    case COL_MISSING:
        result_text(ctx, kk_slice_text(kk_missing_text(o.missing)));
        return;
    case COL_UNIT:
        result_text(ctx, o.unit);
        return;
    case COL_STATUS:
        result_text(ctx, o.status);
        return;
    case COL_METHOD:
        result_text(ctx, o.method);
        return;
    case COL_SOURCE:
        result_text(ctx, o.source);
        return;
    case COL_NOTE:
        result_text(ctx, o.note);
        return;
    case COL_SCALED:
        result_scaled(ctx, &o);
        return;
    case COL_AS_OF:
        sqlite3_result_int64(ctx, c->as_of ? c->as_of : kk_segment_newest(c->segment));
        return;
    }
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int number)
{
    result_of(KK_OWNER_OF(base, struct cursor, base), ctx, (enum column)number);
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .iVersion = 1, /* no xCreate: the table is there by itself, and nothing of it is in the file */
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = at_end,
    .xColumn = column,
    .xRowid = rowid,
};

int kk_obs_vtab_register(struct sqlite3 *db)
{
    return sqlite3_create_module_v2(db, "obs", &module, NULL, NULL);
}
