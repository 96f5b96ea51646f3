/*
 * Was anything written in this home since a window last looked? Asked for every few seconds as long
 * as a page is open, so it opens nothing: files say when they were written, by whichever program.
 */
#include "cmd/page.h"

#include "os.h"
#include "view/json.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"

#define MARK_BYTES 8

struct looking {
    const char *home;
    struct kk_bytes seen; /* names and when each was written */
};

static int on_entry(void *user, const char *name)
{
    struct looking *l = user;
    char path[KK_OS_PATH_MAX];

    if (!kk_text_ends(name, ".db") || kk_os_path_join(l->home, name, path) < 0)
        return 0;
    return kk_bytes_format(&l->seen, "%s %llu\n", name, (unsigned long long)kk_os_file_stamp(path));
}

int kk_page_news(struct kk_page_call *c)
{
    struct looking l = { .home = c->page->home };
    uint8_t mark[KK_HASH_BYTES];
    int r;

    r = kk_os_dir_list(c->page->home, on_entry, &l, &c->err);
    kk_hash_file(kk_bytes_slice(&l.seen), mark);
    kk_bytes_fini(&l.seen);
    if (r < 0)
        return r;
    kk_page_tell(json_pack("{s:o}", "mark", kk_json_hex(kk_slice(mark, MARK_BYTES))), 200,
                 c->answer);
    return 0;
}
