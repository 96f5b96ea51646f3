/*
 * Where output goes: data to standard output, everything else to standard error. Commands print
 * through this, in one language; `--json` turns both sides into JSON.
 */
#ifndef VIEW_OUT_H
#define VIEW_OUT_H

#include "kukyoku/error.h"
#include "view/text.h"

#include <stdint.h>
#include <stdio.h>

enum kk_progress_mode { KK_PROGRESS_AUTO, KK_PROGRESS_NEVER, KK_PROGRESS_JSON };

struct kk_out {
    FILE *data, *talk;
    enum kk_lang lang;
    bool json, quiet, verbose;
    bool data_color, talk_terminal;
    enum kk_progress_mode progress;
    void (*watch)(void *user, uint64_t done, uint64_t total); /* each step; may be NULL */
    void *watch_user;
};

/* One line of data for people (nothing is printed with --json: a command gives JSON instead). */
KK_PRINTF(2, 3) void kk_out_line(struct kk_out *out, const char *format, ...);
/* A remark on standard error; not with --quiet or --json. KK_T(out, ID) gives the format. */
KK_PRINTF(2, 3) void kk_out_say(struct kk_out *out, const char *format, ...);
/* The same, only with --verbose. */
KK_PRINTF(2, 3) void kk_out_detail(struct kk_out *out, const char *format, ...);
/* A warning: also with --quiet; with --json an object {"warning": …} on standard error. */
KK_PRINTF(2, 3) void kk_out_warn(struct kk_out *out, const char *format, ...);
/* Text in a style, where the terminal has styles: "" elsewhere. kk_out_style(out, KK_STYLE_END). */
enum kk_style { KK_STYLE_END, KK_STYLE_STRONG, KK_STYLE_DIM, KK_STYLE_GOOD, KK_STYLE_BAD };
const char *kk_out_style(const struct kk_out *out, enum kk_style style);

/*
 * エラー [E2103] where: detail — the text of the code stands first, then detail, then the remedy.
 * With --json: {"error":{"code":"E2103","name":…,"message":…,"where":…,"detail":…,"remedy":…,
 * "exit":N}}.
 */
void kk_out_error(struct kk_out *out, int fault, const struct kk_error *err);
/* A warning that is a fault of the list, in one line with its remedy. */
void kk_out_fault(struct kk_out *out, const struct kk_error *err);

/* Everything that was printed has reached its place? KK_E_IO, KK_E_DISK_FULL. */
KK_MUST_USE int kk_out_flush(struct kk_out *out, struct kk_error *err);

#endif
