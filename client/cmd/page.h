/*
 * What `kukyoku ui` keeps while the page is open, and how it answers: an envelope
 * {"exit", "data", "warnings"} or {"exit", "data", "error", "warnings"} around the very object that
 * the command prints with --json.
 */
#ifndef CMD_PAGE_H
#define CMD_PAGE_H

#include "cmd/route.h"

#include <uv.h>

/* One page, one person, one home; what may change stands under the guard. */
struct kk_page {
    const char *home;
    enum kk_lang lang; /* of the terminal it was started from */
    const struct kk_prefs *prefs;
    struct kk_link_stop *stop; /* of the syncs that come by themselves; NULL: they do not */
    uv_thread_t keeper;
    bool joins; /* the thread was started */
    uv_mutex_t guard;
    struct kk_bytes passphrase; /* of the sign key; wiped when it is forgotten */
    bool syncing, keeps; /* keeps: syncs come by themselves */
    enum kk_lang sync_lang;
    uint64_t done, total;  /* of the sync under way */
    struct kk_bytes last;  /* the envelope of the last one; empty: none yet */
};
/* prefs are borrowed. */
void kk_page_init(struct kk_page *p, const struct kk_command *c);
void kk_page_fini(struct kk_page *p); /* wipes */
KK_DEFINE_FINI(kk_page)
/* Answers on the pool and refuses on the loop, for kk_serve_open. */
struct kk_serve_owner kk_page_owner(struct kk_page *p);

/* Syncs by itself from now on, if the settings say so, until its end, which waits for the last. */
void kk_page_keep(struct kk_page *p);
void kk_page_keep_end(struct kk_page *p);

/* "en…" is English; anything else, as everywhere, Japanese. */
enum kk_lang kk_page_lang(const struct kk_serve_request *q);

/* --- envelopes (page_answer.c) --- */
/* One run of a command: what it said in the end, and how HTTP calls that. */
struct kk_page_run {
    struct kk_bytes data; /* its object; of a file: the file */
    struct kk_bytes talk; /* its warnings and error, a JSON object a line */
    enum kk_exit exit;
    bool file; /* what was made is a file: data is none, or that file */
};
void kk_page_run_fini(struct kk_page_run *run);
KK_DEFINE_FINI(kk_page_run)
/* w: the words behind the program's name and the options of every command. */
KK_MUST_USE int kk_page_run_line(struct kk_page *p, const struct kk_route_words *w,
                                 const struct kk_served *served, enum kk_lang lang,
                                 struct kk_page_run *ret);
/* Appends the envelope; the status of HTTP, or KK_E_MEMORY. */
KK_MUST_USE int kk_page_envelope(const struct kk_page_run *run, struct kk_bytes *out);
/* What the page itself answers; data is given back. */
void kk_page_tell(json_t *take_data, int status, struct kk_serve_answer *ret);
void kk_page_refuse(const struct kk_error *why, enum kk_lang lang, struct kk_serve_answer *ret);

/* --- the page's own addresses (KK_PAGE_ROUTES) --- */
struct kk_page_call {
    struct kk_page *page;
    const struct kk_serve_request *request;
    struct kk_serve_answer *answer;
    struct kk_error err;
};
#define KK_PAGE_DECLARE(method, path, function, takes, en) int function(struct kk_page_call *c);
KK_PAGE_ROUTES(KK_PAGE_DECLARE)
#undef KK_PAGE_DECLARE

#endif
