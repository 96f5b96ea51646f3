/* The daemon's settings, from one INI file. An unknown key is an error with file and line. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "config/settings.def"

#include "kukyoku/error.h"

#include <stddef.h>
#include <stdint.h>

#define KK_CONFIG_LISTEN_MAX 8

#define KK_SETTING_PATH(member) char *member;
#define KK_SETTING_INT(member)  int64_t member;
#define KK_SETTING_LIST(member)                                                                   \
    char *member[KK_CONFIG_LISTEN_MAX];                                                           \
    size_t member##_count;
#define KK_SETTING_MEMBER(section, key, TYPE, member, lo, hi, otherwise, text)                    \
    KK_SETTING_##TYPE(member)

struct kk_config {
    KK_SETTINGS(KK_SETTING_MEMBER)
};

/* KK_E_CONFIG, KK_E_IO, KK_E_MEMORY; err says "file:line" and why. */
KK_MUST_USE int kk_config_read(const char *path, struct kk_config *ret, struct kk_error *err);
void kk_config_fini(struct kk_config *c);
KK_DEFINE_FINI(kk_config)

#endif
