/*
 * The daemon's settings: one INI file, then those of the folder conf.d beside it, in the order of
 * their names. What a later file gives counts, a list as a whole; where each value stands is kept.
 * An unknown key is an error with file and line.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "config/settings.def"

#include "kukyoku/error.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define KK_CONFIG_LISTEN_MAX 8
#define KK_CONFIG_FILES_MAX  32

/* Where a value stands: files[file - 1], line; file 0: nowhere, it is the default. */
struct kk_config_at {
    unsigned file;
    int line;
};
#define KK_SETTING_ONE(...) +1
#define KK_CONFIG_SETTINGS  (0 KK_SETTINGS(KK_SETTING_ONE))

#define KK_SETTING_PATH(member)  char *member;
#define KK_SETTING_LOCAL(member) char *member;
#define KK_SETTING_INT(member)  int64_t member;
#define KK_SETTING_LIST(member)                                                                   \
    char *member[KK_CONFIG_LISTEN_MAX];                                                           \
    size_t member##_count;
#define KK_SETTING_MEMBER(section, key, TYPE, member, lo, hi, otherwise, en, ja)                  \
    KK_SETTING_##TYPE(member)

struct kk_config {
    KK_SETTINGS(KK_SETTING_MEMBER)
    char *files[KK_CONFIG_FILES_MAX]; /* those that were read, in their order */
    size_t file_count;
    struct kk_config_at at[KK_CONFIG_SETTINGS]; /* of each row of settings.def */
    int listen_lines[KK_CONFIG_LISTEN_MAX];
};

/* KK_E_CONFIG, KK_E_IO, KK_E_MEMORY; err says "file:line" and why. */
KK_MUST_USE int kk_config_read(const char *path, struct kk_config *ret, struct kk_error *err);
/* Every value and where it stands, as lines that could be a settings file themselves. */
void kk_config_show(const struct kk_config *c, FILE *out);
void kk_config_fini(struct kk_config *c);
KK_DEFINE_FINI(kk_config)

#endif
