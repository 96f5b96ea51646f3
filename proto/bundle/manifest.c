/* What a manifest keeps to beyond its shape ([BN-16] of docs/protocol.md). */
#include "kukyoku/bundle/segment.h"

#include "kukyoku/error.h"
#include "kukyoku/trust/scope.h"

int kk_scope_tier(struct kk_slice scope)
{
    struct kk_scope parsed;

    if (!kk_scope_parse(scope, &parsed))
        return -1;
    switch (parsed.kind) {
    case KK_SCOPE_PUB:
        return 0;
    case KK_SCOPE_INT:
        return 1;
    case KK_SCOPE_R:
        return 2;
    case KK_SCOPE_W:
    case KK_SCOPE_E:
    case KK_SCOPE_B:
        return -1;
    }
    return -1;
}

int kk_manifest_read(struct kk_slice plain, struct kk_slice scope, struct kk_arena *arena,
                     struct kk_manifest *ret)
{
    static const uint8_t no_salt[KK_HASH_BYTES];
    struct kk_manifest m;
    bool salted;
    int r = kk_shape_read(&kk_shape_manifest, plain, arena, &m, NULL);

    if (r < 0)
        return r;
    salted = memcmp(m.salt, no_salt, KK_HASH_BYTES) != 0;
    if (!kk_slice_equal(m.scope, scope) || salted != (kk_scope_tier(scope) > 0))
        return KK_E_BUNDLE;
    for (size_t i = 1; i < m.segments.count; i++)
        if (kk_slice_compare(m.segments.items[i - 1].dataset, m.segments.items[i].dataset) >= 0)
            return KK_E_BUNDLE;
    *ret = m;
    return 0;
}
