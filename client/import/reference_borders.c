/*
 * Borders from GeoJSON (RFC 7946): a FeatureCollection with the members source, licence and
 * vintage, whose features have the properties code and, if they like, name and valid_from. [RF-5]
 */
#include "import/reference_in.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define RING_LEAST 4
#define DIGITS     15 /* of a coordinate: what a double keeps of a decimal */

struct collection {
    struct kk_ref *into;
    struct kk_error *err;
    const char *source, *licence, *vintage;
    size_t at; /* feature, from 1 */
};

static int refuse(const struct collection *c, const char *en, const char *ja, const char *what)
{
    char where[KK_ERROR_WHERE_MAX];

    snprintf(where, sizeof where, c->at ? "borders.geojson: feature %zu" : "borders.geojson",
             c->at);
    return kk_error_say(c->err, KK_E_REFERENCE, where, en, ja, what);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

/* --- geometry --- */
static bool is_position(const json_t *p)
{
    double x, y;

    if (json_array_size(p) < 2 || !json_is_number(json_array_get(p, 0)) ||
        !json_is_number(json_array_get(p, 1)))
        return false;
    x = json_number_value(json_array_get(p, 0));
    y = json_number_value(json_array_get(p, 1));
    return x >= -180 && x <= 180 && y >= -90 && y <= 90;
}

/* Closed, and of at least four positions. */
static bool is_ring(const json_t *ring)
{
    size_t count = json_array_size(ring);

    for (size_t i = 0; i < count; i++) {
        if (!is_position(json_array_get(ring, i)))
            return false;
    }
    return count >= RING_LEAST &&
           json_equal(json_array_get(ring, 0), json_array_get(ring, count - 1));
}

static bool is_polygon(const json_t *rings)
{
    for (size_t i = 0; i < json_array_size(rings); i++) {
        if (!is_ring(json_array_get(rings, i)))
            return false;
    }
    return json_array_size(rings) > 0;
}

static bool is_geometry(const json_t *geometry)
{
    const json_t *list = json_object_get(geometry, "coordinates");
    const char *type = text_of(geometry, "type");

    if (strcmp(type, "Polygon") == 0)
        return is_polygon(list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!is_polygon(json_array_get(list, i)))
            return false;
    }
    return strcmp(type, "MultiPolygon") == 0 && json_array_size(list) > 0;
}

/* --- features --- */
static int set(const struct collection *c, struct kk_ref_entry *e, size_t field, const char *text)
{
    int r = kk_ref_set(c->into, KK_REF_BORDERS, e, field, kk_slice_text(text));

    return r == 0 || r == KK_E_MEMORY
               ? r
               : refuse(c, "%s: too long", "%s: 長すぎます",
                        kk_ref_table_info(KK_REF_BORDERS)->fields[field].name);
}

/* The name is there for people; where areas are known it must be the code's. */
static int check_name(const struct collection *c, const char *code, const char *name)
{
    const struct kk_ref_list *areas = &c->into->lists[KK_REF_AREAS];

    for (size_t i = 0; i < areas->count && name[0]; i++) {
        if (kk_slice_is(areas->items[i].code, code) &&
            !kk_slice_is(areas->items[i].texts[KK_REF_AREAS_NAME], name))
            return refuse(c, "code and name (%s) are not of one area",
                          "コードと名称（%s）が一致しません", name);
    }
    return 0;
}

static int add_border(const struct collection *c, const json_t *properties, const char *geometry)
{
    const char *code = text_of(properties, "code"), *from = text_of(properties, "valid_from");
    struct kk_ref_entry *e;
    int r;

    if (!code[0])
        return refuse(c, "no %s", "%s がありません", "properties.code");
    r = kk_ref_add(c->into, KK_REF_BORDERS, kk_slice_text(code), kk_slice_text(from), &e);
    if (r == KK_E_ROW_LIMIT || r == KK_E_FORM)
        return refuse(c, "%s: the code or the day is not valid",
                      "%s: コードか日付が正しくありません", code);
    if (r < 0)
        return r;
    e->line = c->at;
    r = set(c, e, KK_REF_BORDERS_GEOMETRY, geometry);
    if (r == 0)
        r = set(c, e, KK_REF_BORDERS_SOURCE, c->source);
    if (r == 0)
        r = set(c, e, KK_REF_BORDERS_LICENCE, c->licence);
    if (r == 0)
        r = set(c, e, KK_REF_BORDERS_VINTAGE, c->vintage);
    return r == 0 ? check_name(c, code, text_of(properties, "name")) : r;
}

static int take_feature(const struct collection *c, const json_t *feature)
{
    const json_t *geometry = json_object_get(feature, "geometry");
    char *text;
    int r;

    if (!is_geometry(geometry))
        return refuse(c, "no closed %s in degrees", "閉じた %s（度）ではありません",
                      "Polygon / MultiPolygon");
    text = json_dumps(geometry, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
    if (!text)
        return KK_E_MEMORY;
    r = add_border(c, json_object_get(feature, "properties"), text);
    (free)(text); /* jansson's memory, not kk_alloc's */
    return r;
}

static int take_collection(struct collection *c, const json_t *root)
{
    const json_t *features = json_object_get(root, "features");
    int r = 0;

    c->source = text_of(root, "source");
    c->licence = text_of(root, "licence");
    c->vintage = text_of(root, "vintage");
    if (strcmp(text_of(root, "type"), "FeatureCollection") != 0 || json_array_size(features) == 0)
        return refuse(c, "no %s", "%s ではありません", "FeatureCollection");
    if (!c->source[0] || !c->licence[0] || !c->vintage[0])
        return refuse(c, "the members %s must say where the borders are from",
                      "%s で出所を示してください", "source, licence, vintage");
    for (size_t i = 0; i < json_array_size(features) && r == 0; i++) {
        c->at = i + 1;
        r = take_feature(c, json_array_get(features, i));
    }
    return r;
}

int kk_reference_borders(struct kk_slice file, struct kk_ref *into, struct kk_error *err)
{
    struct collection c = { .into = into, .err = err };
    json_error_t fault = { .line = 0 };
    json_t *root = json_loadb((const char *)file.data, file.len, JSON_REJECT_DUPLICATES, &fault);
    int r = root ? take_collection(&c, root) : refuse(&c, "no JSON: %s", "JSON ではありません: %s",
                                                      fault.text);

    json_decref(root);
    return r;
}
