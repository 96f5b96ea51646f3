/* Reading enrolment requests. */
#include "cmd/requests.h"

#include "kukyoku/bundle/kkyb.h"

#define FILE_MAX (16 * 1024 * 1024)

void kk_requests_fini(struct kk_requests *r)
{
    kk_arena_fini(&r->arena);
    *r = (struct kk_requests){ .count = 0 };
}

static int take(struct kk_requests *r, struct kk_slice bytes)
{
    struct kk_request_row *row = &r->rows[r->count];
    struct kk_slice kept = kk_arena_dup(&r->arena, bytes);
    int e = kept.data ? 0 : KK_E_MEMORY;

    if (r->count == KK_REQUESTS_MAX)
        return KK_E_ROW_LIMIT;
    if (e == 0)
        e = kk_shape_read(&kk_shape_enrol_request, kept, &r->arena, &row->request, NULL);
    if (e == 0)
        e = kk_enrol_request_check(&row->request);
    if (e <= 0)
        return e < 0 ? e : KK_E_SIGNATURE;
    kk_enrol_request_device(&row->request, row->device);
    r->count++;
    return 0;
}

static int read_file(struct kk_requests *r, const char *path, struct kk_error *err)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    enum kk_kkyb_event event = KK_KKYB_HEAD;
    int e = kk_os_file_read(path, FILE_MAX, &file, err);

    kk_kkyb_reader_init(&reader);
    if (e == 0)
        e = kk_kkyb_feed(&reader, kk_bytes_slice(&file));
    while (e == 0 && event != KK_KKYB_END && event != KK_KKYB_MORE) {
        struct kk_kkyb_item item;

        e = kk_kkyb_next(&reader, &event, &item);
        if (e == 0 && event == KK_KKYB_ITEM && item.tag == KK_KKYB_TAG_REQUEST)
            e = take(r, item.bytes);
    }
    if (e == 0 && event != KK_KKYB_END)
        e = kk_error_say(err, KK_E_BUNDLE_FILE, path, "the file is cut short",
                         "ファイルが途中で切れています");
    if (e < 0 && !err->fault)
        kk_error_set(err, e, path, "%s", "");
    return e;
}

int kk_requests_read(struct kk_requests *r, const char *const *paths, size_t count,
                     struct kk_error *err)
{
    int e = 0;

    kk_arena_init(&r->arena, 64 * 1024 * 1024);
    r->rows = kk_arena_array(&r->arena, KK_REQUESTS_MAX, sizeof(*r->rows));
    if (!r->rows)
        return KK_E_MEMORY;
    for (size_t i = 0; e == 0 && i < count; i++)
        e = read_file(r, paths[i], err);
    return e;
}
