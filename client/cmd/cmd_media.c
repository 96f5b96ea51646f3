/* `kukyoku media …`: the same sync by file, for a device without a network. */
#include "cmd/purge_view.h"
#include "cmd/sync_progress.h"
#include "cmd/sync_work.h"

#include "model/media.h"
#include "view/json.h"
#include "view/table.h"
#include "view/when.h"

#include "kukyoku/base/text.h"

#define DIGEST_SHOWN 16 /* digits; --json has all */

/* The page's bytes have no name for the register but that. */
static struct kk_media_file named(const struct kk_command *c)
{
    const char *approver = kk_command_option(c, "approver");

    return (struct kk_media_file){ .path = c->served ? KK_T(c, MEDIA_PAGE) : kk_command_arg(c, 0),
                                   .approver = approver ? approver : "",
                                   .given = c->served ? &c->served->file : NULL };
}

int cmd_media_export(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes made = { 0 };
    struct kk_media_file file = named(c);
    uint64_t operations = 0;
    int r = kk_home_open(c->home, KK_HOME_WRITE, &home, &c->err);

    if (c->served)
        file.made = &made;
    if (r == 0)
        r = kk_media_export(&home, &file, &operations, &c->err);
    if (r == 0 && c->served)
        r = kk_command_file_write(c, file.path, kk_bytes_slice(&made));
    if (r < 0)
        return r;
    kk_out_say(c->out, KK_T(c, MEDIA_OUT), file.path, (unsigned long long)operations);
    return c->json ? kk_json_print(c->out, json_pack("{s:s, s:I}", "file", file.path,
                                                     "operations", (json_int_t)operations))
                   : 0;
}

static bool nothing_new(const struct kk_media_report *m)
{
    return m->counts.documents == 0 && m->counts.entries == 0 && m->counts.blobs == 0;
}

static void say_import(struct kk_command *c, const struct kk_media_report *m)
{
    char when[KK_WHEN_TEXT];

    kk_when_instant(m->issued_ms, c->lang, when);
    if (nothing_new(m))
        kk_out_say(c->out, "%s", KK_T(c, MEDIA_OLD));
    else
        kk_out_say(c->out, KK_T(c, MEDIA_IN), (unsigned long long)m->catalog,
                   (unsigned long long)m->counts.entries, when);
    if (m->foreign)
        kk_out_warn(c->out, "%s", KK_T(c, MEDIA_FOREIGN));
}

int cmd_media_import(struct kk_command *c)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock turn = { 0 };
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_sync_progress progress;
    struct kk_media_options o = { .progress = kk_sync_progress_step, .user = &progress };
    struct kk_media_file file = named(c);
    struct kk_media_report m;
    int r = kk_sync_work_turn(c, &turn);

    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_WRITE, &home, &c->err);
    if (r < 0)
        return r;
    kk_sync_progress_init(&progress, c);
    r = kk_media_import(&home, &file, &o, &m, &c->err);
    kk_progress_done(&progress.progress);
    kk_purge_told(c, &m.purge);
    if (r < 0)
        return r;
    say_import(c, &m);
    if (m.foreign)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    else if (nothing_new(&m))
        kk_command_unchanged(c);
    if (!c->json)
        return 0;
    return kk_json_print(
        c->out, json_pack("{s:b, s:b, s:I, s:I, s:I, s:I, s:o, s:o}", "unchanged", nothing_new(&m),
                          "foreign", m.foreign, "release", (json_int_t)m.catalog, "documents",
                          (json_int_t)m.counts.documents, "entries",
                          (json_int_t)m.counts.entries, "blobs", (json_int_t)m.counts.blobs,
                          "written", kk_json_instant(m.issued_ms), "expires",
                          kk_json_instant(m.expires_ms)));
}

int cmd_media_erase(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_media_file file = named(c);
    int r = kk_home_open(c->home, KK_HOME_WRITE, &home, &c->err);

    if (r == 0)
        r = kk_media_erase(&home, &file, &c->err);
    if (r == 0)
        kk_out_say(c->out, KK_T(c, MEDIA_ERASED), file.path);
    return r;
}

/* --- the register --- */

struct listing {
    struct kk_command *command;
    struct kk_table table;
    json_t *json;
};

static int on_line(void *user, const struct kk_media_line *line)
{
    struct listing *l = user;
    struct kk_command *c = l->command;
    char when[KK_WHEN_TEXT], digest[2 * KK_HASH_BYTES + 1];

    kk_hex_encode(kk_slice(line->hash, KK_HASH_BYTES), digest);
    kk_when_instant(line->at_ms, c->lang, when);
    kk_table_cell(&l->table, when);
    kk_table_cell(&l->table, kk_media_way_name(line->way, kk_lang_name(c->lang)));
    kk_table_cell_slice(&l->table, (const char *)line->file.data, line->file.len);
    kk_table_cellf(&l->table, "%llu", (unsigned long long)line->bytes);
    kk_table_cellf(&l->table, "%.*s", DIGEST_SHOWN, digest);
    kk_table_cell_slice(&l->table, (const char *)line->approver.data, line->approver.len);
    return json_array_append_new(
               l->json, json_pack("{s:o, s:s, s:o, s:I, s:s, s:o}", "at",
                                  kk_json_instant(line->at_ms), "way",
                                  kk_media_way_name(line->way, "en"), "file",
                                  kk_json_text(line->file), "bytes", (json_int_t)line->bytes,
                                  "digest", digest, "approver", kk_json_text(line->approver))) == 0
               ? 0
               : KK_E_MEMORY;
}

int cmd_media_list(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct listing l = { .command = c };
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    if (r < 0)
        return r;
    l.json = json_array();
    kk_table_column(&l.table, KK_T(c, COL_DATE), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_WAY), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_FILE), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_SIZE), KK_ALIGN_RIGHT);
    kk_table_column(&l.table, KK_T(c, COL_DIGEST), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_APPROVER), KK_ALIGN_LEFT);
    r = kk_home_media_each(&home, on_line, &l);
    if (r == 0)
        r = c->json ? kk_json_print(c->out, json_pack("{s:O}", "media", l.json))
                    : kk_table_print(&l.table, c->out);
    json_decref(l.json);
    kk_table_fini(&l.table);
    return r;
}
