/* The register of media (home.h). */
#include "home/home.h"

#include "home_sql.h"

const char *kk_media_way_name(unsigned way, const char *lang)
{
    bool ja = lang && strcmp(lang, "ja") == 0;

    switch ((enum kk_media_way)way) {
#define WAY(NAME, number, en, ja_text)                                                            \
    case KK_MEDIA_##NAME:                                                                         \
        return ja ? (ja_text) : (en);
        KK_MEDIA_WAYS(WAY)
#undef WAY
    }
    return "?";
}

int kk_home_media_add(struct kk_home *h, const struct kk_media_line *line)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_MEDIA_ADD);

    kk_stmt_int(q, 1, line->at_ms);
    kk_stmt_int(q, 2, line->way);
    kk_stmt_text(q, 3, line->file);
    kk_stmt_blob(q, 4, kk_slice(line->hash, KK_HASH_BYTES));
    kk_stmt_int(q, 5, (int64_t)line->bytes);
    kk_stmt_text(q, 6, line->approver);
    return kk_stmt_run(q);
}

int kk_home_media_each(struct kk_home *h, kk_media_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(h->db, HOME_MEDIA_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        struct kk_media_line line = { .at_ms = kk_stmt_col_int(q, 0),
                                      .way = (unsigned)kk_stmt_col_int(q, 1),
                                      .file = kk_stmt_col_text(q, 2),
                                      .bytes = (uint64_t)kk_stmt_col_int(q, 4),
                                      .approver = kk_stmt_col_text(q, 5) };

        r = kk_stmt_col_copy(q, 3, line.hash, KK_HASH_BYTES) ? fn(user, &line) : KK_E_STORE;
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}
