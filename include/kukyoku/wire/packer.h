/* Writes the canonical profile with msgpack-c's packer into a kk_bytes. All: 0 or KK_E_MEMORY. */
#ifndef KUKYOKU_WIRE_PACKER_H
#define KUKYOKU_WIRE_PACKER_H

#include "kukyoku/base/bytes.h"

KK_MUST_USE int kk_pack_nil(struct kk_bytes *out);
KK_MUST_USE int kk_pack_bool(struct kk_bytes *out, bool value);
KK_MUST_USE int kk_pack_int(struct kk_bytes *out, int64_t value);
KK_MUST_USE int kk_pack_bytes(struct kk_bytes *out, struct kk_slice value);
KK_MUST_USE int kk_pack_text(struct kk_bytes *out, struct kk_slice value);
KK_MUST_USE int kk_pack_array(struct kk_bytes *out, size_t count);
KK_MUST_USE int kk_pack_map(struct kk_bytes *out, size_t pairs);

#endif
