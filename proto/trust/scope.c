/* Scopes, roles and wards from the lists of roles.def. */
#include "kukyoku/trust/scope.h"

#include <stdio.h>

#define ROLE_ROW(name, number, text, bureau, ja) { number, text, ja, bureau },
static const struct role_info {
    enum kk_role role;
    const char *name, *ja;
    bool bureau;
} roles[] = { KK_ROLES(ROLE_ROW) };

#define STATUS_ROW(name, number, text, ja) { number, text, ja },
static const struct status_info {
    enum kk_status status;
    const char *name, *ja;
} statuses[] = { KK_STATUSES(STATUS_ROW) };

#define SCOPE_ROW(name, number, prefix, ward, rel, rec, readers, ja)                              \
    { number, prefix, ja, ward, rel, rec, readers },
static const struct kk_scope_info scopes[] = { KK_SCOPE_KINDS(SCOPE_ROW) };

#define WARD_ROW(code, ja, en) { code, ja, en },
static const struct ward_info {
    const char *code, *ja, *en;
} wards[] = { KK_WARDS(WARD_ROW) };

static const struct role_info *role_find(enum kk_role role)
{
    for (size_t i = 0; i < KK_COUNT(roles); i++) {
        if (roles[i].role == role)
            return &roles[i];
    }
    return NULL;
}

static const struct ward_info *ward_find(struct kk_slice code)
{
    for (size_t i = 0; i < KK_COUNT(wards); i++) {
        if (kk_slice_is(code, wards[i].code))
            return &wards[i];
    }
    return NULL;
}

const struct kk_scope_info *kk_scope_info(enum kk_scope_kind kind)
{
    kk_assert((size_t)kind < KK_COUNT(scopes) && scopes[kind].kind == kind);
    return &scopes[kind];
}

static bool parse_as(struct kk_slice name, const struct kk_scope_info *info, struct kk_scope *ret)
{
    size_t prefix = strlen(info->prefix);
    const struct ward_info *ward;

    if (!info->has_ward) {
        if (!kk_slice_is(name, info->prefix))
            return false;
        *ret = (struct kk_scope){ .kind = info->kind };
        return true;
    }
    if (name.len <= prefix || memcmp(name.data, info->prefix, prefix) != 0 ||
        name.data[prefix] != ':')
        return false;
    ward = ward_find(kk_slice(name.data + prefix + 1, name.len - prefix - 1));
    if (!ward)
        return false;
    *ret = (struct kk_scope){ .kind = info->kind };
    memcpy(ret->ward, ward->code, sizeof(ret->ward));
    return true;
}

bool kk_scope_parse(struct kk_slice name, struct kk_scope *ret)
{
    for (size_t i = 0; i < KK_COUNT(scopes); i++) {
        if (parse_as(name, &scopes[i], ret))
            return true;
    }
    return false;
}

void kk_scope_name(const struct kk_scope *scope, char ret[KK_SCOPE_NAME_MAX + 1])
{
    const struct kk_scope_info *info = kk_scope_info(scope->kind);

    snprintf(ret, KK_SCOPE_NAME_MAX + 1, "%s%s%s", info->prefix, info->has_ward ? ":" : "",
             info->has_ward ? scope->ward : "");
}

bool kk_scope_entitled(const struct kk_scope *scope, enum kk_role role, const char *ward)
{
    const struct kk_scope_info *info = kk_scope_info(scope->kind);

    if (!(info->readers & 1u << role))
        return false;
    return !info->has_ward || kk_role_of_bureau(role) || strcmp(scope->ward, ward) == 0;
}

void kk_scope_each_entitled(enum kk_role role, const char *ward, kk_scope_fn *fn, void *user)
{
    /* names ascending: b, e:…, int, pub, r:…, w:… */
    static const enum kk_scope_kind order[] = { KK_SCOPE_B,   KK_SCOPE_E, KK_SCOPE_INT,
                                                KK_SCOPE_PUB, KK_SCOPE_R, KK_SCOPE_W };

    for (size_t i = 0; i < KK_COUNT(order); i++) {
        size_t count = kk_scope_info(order[i])->has_ward ? KK_COUNT(wards) : 1;

        for (size_t k = 0; k < count; k++) {
            struct kk_scope scope = { .kind = order[i] };

            if (kk_scope_info(order[i])->has_ward)
                memcpy(scope.ward, wards[k].code, sizeof(scope.ward));
            if (kk_scope_entitled(&scope, role, ward))
                fn(user, &scope);
        }
    }
}

const char *kk_role_name(enum kk_role role)
{
    const struct role_info *info = role_find(role);

    return info ? info->name : NULL;
}

const char *kk_role_label(enum kk_role role, const char *lang)
{
    const struct role_info *info = role_find(role);

    if (!info)
        return NULL;
    return strcmp(lang, "ja") == 0 ? info->ja : info->name;
}

enum kk_role kk_role_parse(const char *name)
{
    for (size_t i = 0; i < KK_COUNT(roles); i++) {
        if (strcmp(name, roles[i].name) == 0)
            return roles[i].role;
    }
    return 0;
}

bool kk_role_of_bureau(enum kk_role role)
{
    const struct role_info *info = role_find(role);

    return info && info->bureau;
}

static const struct status_info *status_find(enum kk_status status)
{
    for (size_t i = 0; i < KK_COUNT(statuses); i++) {
        if (statuses[i].status == status)
            return &statuses[i];
    }
    return NULL;
}

const char *kk_status_name(enum kk_status status)
{
    const struct status_info *info = status_find(status);

    return info ? info->name : NULL;
}

const char *kk_status_label(enum kk_status status, const char *lang)
{
    const struct status_info *info = status_find(status);

    if (!info)
        return NULL;
    return strcmp(lang, "ja") == 0 ? info->ja : info->name;
}

const char *kk_ward_name(const char *code, const char *lang)
{
    const struct ward_info *ward = ward_find(kk_slice_text(code));

    if (!ward)
        return NULL;
    return strcmp(lang, "ja") == 0 ? ward->ja : ward->en;
}

bool kk_ward_known(const char *code)
{
    return ward_find(kk_slice_text(code)) != NULL;
}
