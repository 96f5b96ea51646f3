/* Scopes: names, kinds, and who is entitled to them. The lists are roles.def. */
#ifndef KUKYOKU_TRUST_SCOPE_H
#define KUKYOKU_TRUST_SCOPE_H

#include "kukyoku/attr.h"
#include "kukyoku/limits.h"
#include "kukyoku/slice.h"
#include "kukyoku/trust/roles.def"

#define KK_ROLE_ENUM(name, number, text, bureau, ja) KK_ROLE_##name = (number),
enum kk_role { KK_ROLES(KK_ROLE_ENUM) };
#define KK_STATUS_ENUM(name, number, text, ja) KK_STATUS_##name = (number),
enum kk_status { KK_STATUSES(KK_STATUS_ENUM) };
#define KK_SCOPE_ENUM(name, number, prefix, ward, rel, rec, readers, ja) KK_SCOPE_##name = (number),
enum kk_scope_kind { KK_SCOPE_KINDS(KK_SCOPE_ENUM) };

struct kk_scope {
    enum kk_scope_kind kind;
    char ward[6]; /* "14133", empty where the kind has none */
};

struct kk_scope_info {
    enum kk_scope_kind kind;
    const char *prefix, *ja;
    bool has_ward, releases, records;
    unsigned readers; /* 1 << role */
};

/* "pub", "r:14133" …; false for anything else. */
KK_MUST_USE bool kk_scope_parse(struct kk_slice name, struct kk_scope *ret);
void kk_scope_name(const struct kk_scope *scope, char ret[KK_SCOPE_NAME_MAX + 1]);
const struct kk_scope_info *kk_scope_info(enum kk_scope_kind kind);
/* May a device of this role and ward ("" for the bureau) hold the scope? */
bool kk_scope_entitled(const struct kk_scope *scope, enum kk_role role, const char *ward);
/* Calls back for each scope that a device of this role and ward is entitled to, names ascending. */
typedef void kk_scope_fn(void *user, const struct kk_scope *scope);
void kk_scope_each_entitled(enum kk_role role, const char *ward, kk_scope_fn *fn, void *user);

/* NULL or 0 for what is not in the list. lang: "ja" or "en". */
const char *kk_role_name(enum kk_role role);
const char *kk_role_label(enum kk_role role, const char *lang);
enum kk_role kk_role_parse(const char *name);
bool kk_role_of_bureau(enum kk_role role);
const char *kk_status_name(enum kk_status status);
const char *kk_status_label(enum kk_status status, const char *lang);
const char *kk_ward_name(const char *code, const char *lang);
bool kk_ward_known(const char *code);

#endif
