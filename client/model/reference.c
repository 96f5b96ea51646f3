/* Reference data of a device (reference.h). [RF-1] */
#include "model/reference.h"

#include "replica/figures.h"

#define WARD_AND_DASH 6 /* of an area within a ward: 14133-01 */

int kk_reference_load(struct kk_home *h, uint32_t as_of, struct kk_ref *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas = { 0 };
    struct kk_lanes_query q = { .dataset = KK_REF_DATASET, .as_of = as_of };
    struct kk_replica *replica = NULL;
    int r;

    kk_replicas_init(&replicas, h, KK_REPLICA_READ);
    r = kk_data_scope(&replicas, kk_slice_text(KK_REF_SCOPE), as_of, &replica, err);
    if (r == 0 && err)
        *err = (struct kk_error){ 0 }; /* a file that is not here yet is no fault */
    if (r > 0)
        r = kk_figures_each(replica, &q, kk_ref_take, ret);
    if (r == 0)
        r = kk_ref_done(ret);
    return r < 0 ? kk_error_set(err, r, KK_REF_DATASET, "%u", (unsigned)as_of) : 0;
}

struct kk_slice kk_reference_name(const struct kk_ref *r, enum kk_ref_table table,
                                  struct kk_slice code, const char *lang)
{
    const struct kk_ref_entry *e = kk_ref_find(r, table, code, kk_slice(NULL, 0));
    const struct kk_ref_table_info *info = kk_ref_table_info(table);
    size_t name = kk_ref_field_named(info, kk_slice_text("name"));
    size_t other = kk_ref_field_named(info, kk_slice_text("name_en"));

    if (!e || name == info->field_count)
        return kk_slice(NULL, 0);
    if (strcmp(lang, "en") == 0 && other < info->field_count && e->texts[other].len > 0)
        return e->texts[other];
    return e->texts[name];
}

bool kk_reference_lacks_area(const struct kk_ref *r, struct kk_slice area)
{
    const struct kk_ref_list *known = &r->lists[KK_REF_AREAS];
    bool tells = false;

    if (area.len <= WARD_AND_DASH)
        return false; /* a ward or a city: each is known */
    for (size_t i = 0; i < known->count; i++) {
        struct kk_slice code = known->items[i].code;

        if (kk_slice_equal(code, area))
            return false;
        tells = tells || (code.len > WARD_AND_DASH &&
                          memcmp(code.data, area.data, WARD_AND_DASH) == 0);
    }
    return tells;
}
