/* `sync` from mirrors (mirror_view.h). [MI-7] [MI-8] */
#include "cmd/mirror_view.h"

#include "cmd/sync_progress.h"
#include "fetch/address.h"
#include "view/fault.h"
#include "view/json.h"

#define SILENCE_S_MAX 600

int kk_mirrors_take(struct kk_command *c, const char *where, const char *url,
                    struct kk_mirrors *ret)
{
    int r = kk_address_ready(&c->err);

    if (r < 0)
        return r;
    return kk_address_sound(url) && kk_mirrors_add(ret, kk_slice_text(url))
               ? 0
               : kk_command_usage(c, where, KK_T(c, MIRROR_ADDRESS), url);
}

int kk_mirrors_given(struct kk_command *c, struct kk_mirrors *ret)
{
    const char *url;
    int r = 0;

    for (size_t i = 0; r == 0 && (url = kk_command_option_at(c, "mirror", i)); i++)
        r = kk_mirrors_take(c, "--mirror", url, ret);
    return r;
}

bool kk_mirror_is_address(const char *argument)
{
    return strncmp(argument, "http://", 7) == 0 || strncmp(argument, "https://", 8) == 0;
}

bool kk_mirror_wanted(const struct kk_command *c, const struct kk_home *home)
{
    bool nobody = !home->enrolled && kk_trust_root(home->trust);

    return nobody || kk_command_flag(c, "mirrors") || kk_command_option(c, "mirror");
}

struct watching {
    struct kk_command *command;
    struct kk_sync_progress progress;
};

static void say_behind(struct kk_command *c, const struct kk_mirror_report *m)
{
    kk_out_warn(c->out, KK_T(c, MIRROR_BEHIND), m->url, (unsigned long long)m->offers);
}

static void on_passed_over(void *user, const struct kk_mirror_report *m,
                           const struct kk_error *why)
{
    struct kk_command *c = ((struct watching *)user)->command;
    char text[KK_FAULT_TEXT];

    if (why->fault)
        kk_out_warn(c->out, KK_T(c, MIRROR_PASSED), m->url, kk_fault_text(why, c->lang, text));
    else
        say_behind(c, m);
}

static void on_progress(void *user, enum kk_sync_part part, uint64_t done, uint64_t all)
{
    kk_sync_progress_step(&((struct watching *)user)->progress, part, done, all);
}

static int tell(struct kk_command *c, const struct kk_mirror_report *m, json_t **ret)
{
    bool unchanged = m->counts.documents == 0 && m->counts.blobs == 0;

    if (m->behind) {
        say_behind(c, m);
        kk_command_exit(c, KK_EXIT_WARNINGS);
    } else if (unchanged) {
        kk_command_unchanged(c);
    }
    if (unchanged)
        kk_out_say(c->out, "%s", KK_T(c, SYNC_SAME));
    else
        kk_out_say(c->out, KK_T(c, MIRROR_DONE), m->url, (unsigned long long)m->catalog);
    *ret = json_pack("{s:s, s:b, s:b, s:I, s:I, s:I, s:I, s:I}", "mirror", m->url, "unchanged",
                     unchanged, "behind", m->behind, "offers", (json_int_t)m->offers, "release",
                     (json_int_t)m->catalog, "documents", (json_int_t)m->counts.documents, "blobs",
                     (json_int_t)m->counts.blobs, "bytes_received", (json_int_t)m->received);
    return *ret ? 0 : KK_E_MEMORY;
}

static int prepare(struct kk_command *c, struct kk_home *home, struct kk_mirrors *ret,
                   int64_t *ret_silence_s)
{
    int r = kk_command_number(c, "wait", (struct kk_range){ 1, SILENCE_S_MAX, 0 }, ret_silence_s);

    if (r == 0)
        r = kk_mirrors_given(c, ret);
    return r == 0 && ret->count == 0 ? kk_mirrors_find(home, ret) : r;
}

int kk_mirrors_dry(struct kk_command *c, struct kk_home *home)
{
    struct kk_mirrors mirrors = { .count = 0 };
    int64_t silence;

    return prepare(c, home, &mirrors, &silence);
}

int kk_mirror_run(struct kk_command *c, struct kk_home *home, json_t **ret)
{
    struct kk_mirrors mirrors = { .count = 0 };
    struct watching w = { .command = c };
    struct kk_mirror_options o = { .mirrors = &mirrors, .progress = on_progress,
                                   .passed_over = on_passed_over, .user = &w };
    struct kk_mirror_report report;
    int64_t silence;
    int r = prepare(c, home, &mirrors, &silence);

    if (r < 0)
        return r;
    o.silence_s = (int)silence;
    kk_sync_progress_init(&w.progress, c);
    r = kk_mirror_sync(home, &o, &report, &c->err);
    kk_progress_done(&w.progress.progress);
    return r == 0 ? tell(c, &report, ret) : r;
}
