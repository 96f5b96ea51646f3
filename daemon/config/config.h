/*
 * The daemon's settings: one INI file, then those of the folder conf.d beside it, in the order of
 * their names. What a later file gives counts, a list as a whole; where each value stands is kept.
 * An unknown key is an error with file and line.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "config/settings.def"

#include "kukyoku/conf/conf.h"

#include <stdio.h>

#define KK_CONFIG_FOLDER "conf.d"

#define KK_CONFIG_PATH(member)  char *member;
#define KK_CONFIG_LOCAL(member) char *member;
#define KK_CONFIG_INT(member)   int64_t member;
#define KK_CONFIG_LIST(member)  struct kk_conf_list member;
#define KK_CONFIG_MEMBER(section, key, TYPE, member, lo, hi, otherwise, en, ja)                   \
    KK_CONFIG_##TYPE(member)

struct kk_config {
    struct kk_conf read; /* which files, and where each value stands */
    KK_SETTINGS(KK_CONFIG_MEMBER)
};

/* KK_E_CONFIG, KK_E_IO, KK_E_MEMORY; err says "file:line" and why. */
KK_MUST_USE int kk_config_read(const char *path, struct kk_config *ret, struct kk_error *err);
/* Every value and where it stands, as lines that could be a settings file themselves. */
void kk_config_show(const struct kk_config *c, FILE *out);
void kk_config_fini(struct kk_config *c);
KK_DEFINE_FINI(kk_config)

#endif
