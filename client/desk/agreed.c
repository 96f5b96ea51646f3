/* What two desks must have alike before the second one signs (guarded.h). [DC-6] */
#include "desk/guarded.h"

#include "kukyoku/base/text.h"

#include <string.h>

/* --- settings --- */

/* A line as it counts: no comment, nothing at its ends; absent past the last. */
static struct kk_slice next_setting(struct kk_slice *rest)
{
    struct kk_slice line;

    while (kk_text_line(rest, &line)) {
        while (line.len > 0 && line.data[line.len - 1] <= ' ')
            line.len--;
        while (line.len > 0 && line.data[0] <= ' ')
            line = kk_slice(line.data + 1, line.len - 1);
        if (line.len > 0 && line.data[0] != ';' && line.data[0] != '#')
            return line;
    }
    return kk_slice(NULL, 0);
}

static int differ(struct kk_slice theirs, struct kk_slice ours, struct kk_error *err)
{
    return kk_error_say(err, KK_E_SETTINGS_DIFFER, KK_GUARD_SETTINGS,
                        "the draft says `%.*s`, this desk `%.*s`",
                        "下書きは「%.*s」、この卓は「%.*s」", (int)theirs.len,
                        theirs.len ? (const char *)theirs.data : "", (int)ours.len,
                        ours.len ? (const char *)ours.data : "");
}

int kk_guard_agrees(const struct kk_guard *g, const struct kk_home *home, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_slice theirs = kk_bytes_slice(&g->rules.text), ours, a, b;
    char path[KK_OS_PATH_MAX];
    int r = kk_home_path(home, KK_GUARD_SETTINGS, path, err);

    if (r < 0 || !kk_os_exists(path))
        return r;
    r = kk_os_file_read(path, KK_DOCUMENT_BYTES_MAX, &text, err);
    if (r < 0)
        return r;
    ours = kk_bytes_slice(&text);
    do {
        a = next_setting(&theirs);
        b = next_setting(&ours);
        if (!kk_slice_equal(a, b))
            return differ(a, b, err);
    } while (a.len > 0);
    return 0;
}

/* --- findings --- */

/* A desk that lacks earlier releases knows less, and says so; nobody can compare it. */
static bool lacks_some(const struct kk_guard *g, struct kk_slice report)
{
    bool lacks = g->lacks.len > 0;
    struct kk_slice line;

    while (!lacks && kk_text_line(&report, &line))
        lacks = line.len > 19 && memcmp(line.data, "history,,,,,,lacks,", 19) == 0;
    return lacks;
}

int kk_guard_same_report(const struct kk_guard *g, struct kk_slice report, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes own = { 0 };
    struct kk_slice ours, a, b;
    unsigned line = 0;
    int r;

    if (lacks_some(g, report))
        return 0;
    r = kk_guard_report(g, &own);
    if (r < 0)
        return r;
    ours = kk_bytes_slice(&own);
    while (report.len > 0 || ours.len > 0) {
        kk_ignore(kk_text_line(&report, &a)); /* past its end a line is empty */
        kk_ignore(kk_text_line(&ours, &b));
        line++;
        if (!kk_slice_equal(a, b))
            return kk_error_say(err, KK_E_REPORT, "report",
                                "line %u says `%.*s`; this desk finds `%.*s`",
                                "%u行目は「%.*s」ですが、この卓の検査では「%.*s」です", line,
                                (int)a.len, (const char *)a.data, (int)b.len,
                                (const char *)b.data);
    }
    return 0;
}
