/* msgpack-c's packer writes the shortest forms of its own accord; this is its way into a kk_bytes.
 */
#include "kukyoku/wire/packer.h"

#include "kukyoku/error.h"

#include <msgpack/pack.h>

static int append(void *out, const char *data, size_t len)
{
    return kk_bytes_append(out, data, len);
}

static msgpack_packer packer_of(struct kk_bytes *out)
{
    msgpack_packer pk;

    msgpack_packer_init(&pk, out, append);
    return pk;
}

/* A head goes out in one append, which leaves the buffer as it was when memory is short. */
static int fault_of(int packed)
{
    return packed == 0 ? 0 : KK_E_MEMORY;
}

/* A head with a body behind it: what was written halfway is taken back. */
static int settle(struct kk_bytes *out, size_t before, int packed)
{
    if (packed != 0)
        out->len = before;
    return fault_of(packed);
}

int kk_pack_nil(struct kk_bytes *out)
{
    msgpack_packer pk = packer_of(out);

    return fault_of(msgpack_pack_nil(&pk));
}

int kk_pack_bool(struct kk_bytes *out, bool value)
{
    msgpack_packer pk = packer_of(out);

    return fault_of(value ? msgpack_pack_true(&pk) : msgpack_pack_false(&pk));
}

int kk_pack_int(struct kk_bytes *out, int64_t value)
{
    msgpack_packer pk = packer_of(out);

    return fault_of(msgpack_pack_int64(&pk, value));
}

int kk_pack_bytes(struct kk_bytes *out, struct kk_slice value)
{
    msgpack_packer pk = packer_of(out);
    size_t before = out->len;
    int packed;

    kk_assert(value.len <= UINT32_MAX);
    packed = msgpack_pack_bin(&pk, value.len);
    if (packed == 0)
        packed = msgpack_pack_bin_body(&pk, value.data, value.len);
    return settle(out, before, packed);
}

int kk_pack_text(struct kk_bytes *out, struct kk_slice value)
{
    msgpack_packer pk = packer_of(out);
    size_t before = out->len;
    int packed;

    kk_assert(value.len <= UINT32_MAX);
    packed = msgpack_pack_str(&pk, value.len);
    if (packed == 0)
        packed = msgpack_pack_str_body(&pk, value.data, value.len);
    return settle(out, before, packed);
}

int kk_pack_array(struct kk_bytes *out, size_t count)
{
    msgpack_packer pk = packer_of(out);

    kk_assert(count <= UINT32_MAX);
    return fault_of(msgpack_pack_array(&pk, count));
}

int kk_pack_map(struct kk_bytes *out, size_t pairs)
{
    msgpack_packer pk = packer_of(out);

    kk_assert(pairs <= UINT32_MAX);
    return fault_of(msgpack_pack_map(&pk, pairs));
}
