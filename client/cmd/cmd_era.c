/* `kukyoku authority era`: where the logs of a restored daemon go on. [ER-9] */
#include "cmd/registrar_work.h"

#include "view/json.h"

#include "kukyoku/bundle/kkyb.h"

#define FILE_MAX  (1024 * 1024)
#define ARENA_MAX ((size_t)1024 * 1024)

static int take(struct kk_arena *arena, struct kk_slice bytes, struct kk_recovery *ret)
{
    struct kk_slice kept = kk_arena_dup(arena, bytes);

    return kept.data ? kk_shape_read(&kk_shape_recovery, kept, arena, ret, NULL) : KK_E_MEMORY;
}

/* The one item of that kind; the file is whole. */
static int read_recovery(const char *path, struct kk_arena *arena, struct kk_recovery *ret,
                         struct kk_error *err)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    enum kk_kkyb_event event = KK_KKYB_HEAD;
    unsigned found = 0;
    int r = kk_os_file_read(path, FILE_MAX, &file, err);

    kk_kkyb_reader_init(&reader);
    if (r == 0)
        r = kk_kkyb_feed(&reader, kk_bytes_slice(&file));
    while (r == 0 && event != KK_KKYB_END && event != KK_KKYB_MORE) {
        struct kk_kkyb_item item;

        r = kk_kkyb_next(&reader, &event, &item);
        if (r == 0 && event == KK_KKYB_ITEM && item.tag == KK_KKYB_TAG_RECOVERY) {
            r = take(arena, item.bytes, ret);
            found++;
        }
    }
    if (r == 0 && (event != KK_KKYB_END || found != 1))
        return kk_error_say(err, KK_E_BUNDLE_FILE, path,
                            "not what `kukyokud --export recovery` wrote, or cut short",
                            "`kukyokud --export recovery` のファイルでないか、途中で切れています");
    return r < 0 && !err->fault ? kk_error_set(err, r, path, "%s", "") : r;
}

static uint64_t shown_of(const struct kk_recovery *m, struct kk_slice scope)
{
    for (size_t i = 0; i < m->shown.count; i++) {
        if (kk_slice_equal(m->shown.items[i].scope, scope))
            return m->shown.items[i].gsn;
    }
    return 0;
}

static json_t *say_logs(struct kk_command *c, const struct kk_recovery *m)
{
    json_t *list = json_array();

    for (size_t i = 0; i < m->heads.count; i++) {
        const struct kk_head *head = &m->heads.items[i];
        uint64_t shown = shown_of(m, head->scope);
        uint64_t lost = shown > head->gsn ? shown - head->gsn : 0;
        char scope[KK_SCOPE_NAME_MAX + 1] = "";

        memcpy(scope, head->scope.data, head->scope.len);
        if (lost)
            kk_out_warn(c->out, KK_T(c, ERA_LOST), scope, (unsigned long long)head->gsn,
                        (unsigned long long)shown, (unsigned long long)lost);
        else
            kk_out_say(c->out, KK_T(c, ERA_TOLD), scope, (unsigned long long)head->gsn);
        json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "scope", scope, "after",
                                              (json_int_t)head->gsn, "lost", (json_int_t)lost));
    }
    return list;
}

static int sign(struct kk_command *c, struct kk_registrar *desk)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes kkyb = { 0 };
    int r = kk_registrar_sign(desk, kk_os_now_ms(), &kkyb, &c->err);

    return r == 0 ? kk_registrar_work_deliver(c, "roster", kk_bytes_slice(&kkyb)) : r;
}

int cmd_authority_era(struct kk_command *c)
{
    KK_AUTO_FINI(kk_registrar) struct kk_registrar desk = { .index = 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_recovery recovery = { .since_ms = 0 };
    size_t count = 0;
    json_t *logs;
    int r;

    kk_arena_init(&arena, ARENA_MAX);
    r = read_recovery(kk_command_arg(c, 0), &arena, &recovery, &c->err);
    if (r == 0)
        r = kk_registrar_work_open(c, &desk);
    if (r == 0)
        r = kk_registrar_begin_eras(&desk, &recovery, &count, &c->err);
    if (r == 0 && count == 0)
        return kk_error_say(&c->err, KK_E_EXISTS, kk_command_arg(c, 0),
                            "the eras of this restoration are signed already",
                            "この復元の代はすでに署名されています");
    if (r == 0 && !c->dry_run)
        r = sign(c, &desk);
    if (r < 0)
        return r;
    logs = say_logs(c, &recovery);
    kk_out_say(c->out, KK_T(c, ERA_COUNT), count);
    if (!c->json) {
        json_decref(logs);
        return 0;
    }
    return kk_json_print(c->out, json_pack("{s:[I,I], s:o, s:i, s:b}", "roster",
                                           (json_int_t)desk.version.gen,
                                           (json_int_t)desk.version.ver, "logs", logs, "eras",
                                           (int)count, "dry_run", (int)c->dry_run));
}
