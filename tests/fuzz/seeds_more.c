/* First inputs for documents, operations, bodies, bundles: small ones made by the product itself.
 */
#include "seeds.h"

#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/record/body.h"
#include "kukyoku/trust/document.h"
#include "kukyoku/wire/packer.h"
#include "press.h"

#define ROWS 24

static void fine(int r)
{
    kk_assert(r == 0);
}

static void document(const char *dir, struct gen *g, enum kk_doc_kind kind,
                     const struct kk_shape *shape)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 }, bare = { 0 }, doc = { 0 };
    uint8_t seed[KK_KEY_BYTES] = { 7 }, public[KK_KEY_BYTES], secret[KK_SIGN_SECRET];
    void *value = kk_arena_alloc(&g->arena, shape->size);

    kk_assert(value);
    gen_value(g, shape, value);
    fine(kk_shape_encode(shape, value, &payload));
    fine(kk_document_new(kind, kk_bytes_slice(&payload), &bare));
    kk_sign_keys(seed, secret, public);
    fine(kk_document_sign(kk_bytes_slice(&bare), 1, secret, &doc));
    seed_item(dir, KK_KKYB_TAG_DOCUMENT, shape->name, &doc);
    seed_save(dir, "document", shape->name, &doc);
}

static void operation(const char *dir, struct gen *g, const char *name)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_op_wire wire;

    gen_value(g, &kk_shape_op_wire, &wire);
    fine(kk_shape_encode(&kk_shape_op_wire, &wire, &bytes));
    seed_save(dir, "op", name, &bytes);
}

static void body(const char *dir)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };

    fine(kk_pack_map(&bytes, 4));
    fine(kk_pack_int(&bytes, 1));
    fine(kk_pack_text(&bytes, kk_slice_text("見守りの担い手が足りない")));
    fine(kk_pack_int(&bytes, 4));
    fine(kk_pack_array(&bytes, 1));
    fine(kk_pack_text(&bytes, kk_slice_text("14133-01")));
    fine(kk_pack_int(&bytes, 5));
    fine(kk_pack_int(&bytes, 2));
    fine(kk_pack_int(&bytes, 200)); /* a field that nobody knows */
    fine(kk_pack_bytes(&bytes, kk_slice("\x00\xff", 2)));
    seed_save(dir, "body", "issue", &bytes);
}

void seeds_of_documents(const char *dir, struct gen *g)
{
    document(dir, g, KK_DOC_ROOT, &kk_shape_root);
    document(dir, g, KK_DOC_ROSTER, &kk_shape_roster);
    document(dir, g, KK_DOC_CATALOG, &kk_shape_catalog);
    document(dir, g, KK_DOC_FRESH, &kk_shape_fresh);
    document(dir, g, KK_DOC_INVITE, &kk_shape_invite);
    g->full = true;
    operation(dir, g, "full");
    g->full = false;
    operation(dir, g, "some");
    body(dir);
}

/* Coded anew without compression, so that a flipped bit reaches what is inside; length before it.
 */
static void part(struct kk_slice coded, bool decode, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 }, bare = { 0 };
    uint8_t len[2];

    if (decode) {
        fine(kk_blob_decode(coded, KK_PACK_PLAIN_MAX, &plain));
        fine(kk_blob_encode(KK_CODEC_NONE, kk_bytes_slice(&plain), NULL, 0, &bare));
        coded = kk_bytes_slice(&bare);
    }
    kk_assert(coded.len <= UINT16_MAX);
    len[0] = (uint8_t)(coded.len >> 8);
    len[1] = (uint8_t)coded.len;
    fine(kk_bytes_append(out, len, sizeof(len)));
    fine(kk_bytes_append_slice(out, coded));
}

static void segment(const char *dir, struct press *p, const char *name)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 }, pack = { 0 }, delta = { 0 };
    struct kk_segment s;

    press_segment(p, &s);
    fine(s.source.get(s.source.self, KK_BLOB_PACK, &s.index.packs.items[0].blob, &pack));
    part(kk_bytes_slice(&s.bytes), false, &out);
    part(kk_bytes_slice(&pack), true, &out);
    if (s.index.deltas.count > 0) {
        fine(s.source.get(s.source.self, KK_BLOB_DELTA, &s.index.deltas.items[0].blob, &delta));
        part(kk_bytes_slice(&delta), true, &out);
    }
    seed_save(dir, "segment", name, &out);
    kk_segment_close(&s);
}

static void file(const char *dir, const struct press *p)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_kkyb_writer w;
    uint8_t piece = 5; /* the target's first byte: bytes a piece, less one */

    fine(kk_bytes_append(&out, &piece, 1));
    fine(kk_kkyb_begin(&w, KK_KKYB_RELEASE, 2, &out));
    fine(kk_kkyb_item(&w, KK_KKYB_TAG_DOCUMENT, kk_slice_text("a document"), &out));
    fine(kk_kkyb_blob(&w, kk_slice_text("int"), kk_bytes_slice(&p->blobs[0].bytes), &out));
    fine(kk_kkyb_end(&w, &out));
    seed_save(dir, "kkyb", "release", &out);
}

void seeds_of_bundles(const char *dir)
{
    KK_AUTO_FINI(press_table) struct press_table first, second;
    KK_AUTO_FINI(press) struct press p;
    struct unit_entropy e;

    unit_entropy_init(&e, 1);
    press_table_init(&first);
    press_table_init(&second);
    press_init(&p, "int");
    press_random(&first, &e, ROWS);
    press_edit(&second, &first, &e);
    press_release(&p, 1, &first, false);
    segment(dir, &p, "base");
    press_release(&p, 2, &second, false);
    segment(dir, &p, "delta");
    for (size_t i = 0; i < p.count; i++) {
        if (p.blobs[i].kind == KK_BLOB_PACK)
            seed_save(dir, "blob", "pack", &p.blobs[i].bytes);
        if (p.blobs[i].kind == KK_BLOB_DELTA)
            seed_save(dir, "blob", "delta", &p.blobs[i].bytes);
    }
    file(dir, &p);
}
