/*
 * The client's settings: kukyoku.ini of the machine, then the person's own, each with kukyoku.d
 * beside it.
 * What a later file gives counts. An unknown key is an error with file and line.
 */
#ifndef CONFIG_PREFS_H
#define CONFIG_PREFS_H

#include "config/prefs.def"

#include "kukyoku/conf/conf.h"

#define KK_PREFS_FOLDER "kukyoku.d"

#define KK_PREF_FILE(member) char *member;
#define KK_PREF_INT(member)  int64_t member;
#define KK_PREF_BOOL(member) int64_t member;
#define KK_PREF_MEMBER(section, key, TYPE, member, lo, hi, otherwise, en, ja) KK_PREF_##TYPE(member)

struct kk_prefs {
    struct kk_conf read; /* which files, and where each value stands */
    KK_PREFS(KK_PREF_MEMBER)
};

/* What holds without any file. */
KK_MUST_USE int kk_prefs_default(struct kk_prefs *ret, struct kk_error *err);
/*
 * file: the one main file, which must be there; NULL: those of the machine and the person, as far
 * as they are there. KK_E_CONFIG with "file:line" and why, KK_E_NOT_FOUND, KK_E_IO.
 */
KK_MUST_USE int kk_prefs_read(const char *file, struct kk_prefs *ret, struct kk_error *err);
KK_MUST_USE int kk_prefs_each(const struct kk_prefs *p, kk_conf_show_fn *fn, void *user);
void kk_prefs_fini(struct kk_prefs *p);
KK_DEFINE_FINI(kk_prefs)

#endif
