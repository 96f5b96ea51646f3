/*
 * Records as commands see them: found by the start of an id, their fields by name, written act by
 * act. Conditions on the body and on other scopes are checked here, before anything is signed.
 */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include "model/replicas.h"

/* Acts that are written together; transactions of the scopes they touch, and of the home. */
struct kk_records_group {
    bool open;
    struct kk_os_lock lock;
    struct kk_db_tx tx[KK_SCOPES_MAX + 1];
    size_t count;
};
struct kk_records {
    struct kk_home *home;
    struct kk_replicas replicas;
    struct kk_arena arena; /* of everything that was read or built */
    struct kk_records_group group;
    struct kk_error *err;
};
KK_MUST_USE int kk_records_open(struct kk_records *r, struct kk_home *home,
                                enum kk_replica_mode mode, struct kk_error *err);
/* The same for a home that reads what is public, device or not: for what needs nothing but pub. */
KK_MUST_USE int kk_records_open_public(struct kk_records *r, struct kk_home *home,
                                       struct kk_error *err);
void kk_records_fini(struct kk_records *r);
KK_DEFINE_FINI(kk_records)

struct kk_record {
    struct kk_slice scope;
    struct kk_ledger_record is;
    const struct kk_kind_info *kind; /* NULL: of a kind that this program does not know */
    enum kk_machine machine;
};
/* kind 0: of any. KK_E_NOT_FOUND, also where several match. ret stays valid with the arena. */
KK_MUST_USE int kk_record_find(struct kk_records *r, const char *id, unsigned kind,
                               struct kk_record *ret);
/* Does it name the area among its own? A ward, "14133", stands for every area in it. */
bool kk_record_names_area(const struct kk_record *record, struct kk_slice area);
struct kk_record_query {
    unsigned kind;         /* 0: any */
    struct kk_slice area;  /* in its areas, for a ward any in it; empty: any. Not with kind 0 */
    const char *ward;      /* only scopes of this ward; NULL: any */
    bool open;             /* only what is not closed */
    int64_t since_ms;      /* touched since */
    uint64_t limit;        /* of each scope; 0: none */
    uint64_t from;         /* so many are passed over unopened, as the index has them */
    uint64_t *at;          /* how many were passed before the record in hand; may be NULL */
    bool passing;          /* a record is gone after its callback; else it lives as r does */
    bool gathers;          /* the callback waits for nothing and writes nothing: a scope is read as
                            * of one moment */
};
bool kk_record_meant(const struct kk_record *record, const struct kk_record_query *query);
/* 1, or 0 where there is none of that id; in the arena. */
KK_MUST_USE int kk_record_load(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                               struct kk_arena *arena, struct kk_record *ret);
/*
 * Calls back for each record that is meant, scope by scope, in each the newest first. What the
 * callback returns ends the walk: a fault is passed up, anything above 0 is not.
 */
typedef int kk_record_fn(void *user, const struct kk_record *record);
KK_MUST_USE int kk_record_each(struct kk_records *r, const struct kk_record_query *query,
                               kk_record_fn *fn, void *user);

/* --- fields by name (record_field.c) --- */
/* "name=value" into the body; a LIST grows by each. KK_E_FIELD with the name and the reason. */
KK_MUST_USE int kk_record_set(struct kk_records *r, const struct kk_kind_info *kind,
                              const char *assignment, struct kk_body *body);
/* The same with name and value apart. */
KK_MUST_USE int kk_record_add(struct kk_records *r, const struct kk_kind_info *kind,
                              const char *name, const char *value, struct kk_body *body);
/* As text, for people; appended. Codes by their label, lists line by line. field: may be NULL. */
KK_MUST_USE int kk_record_show_value(const struct kk_term *term, struct kk_slice value,
                                     const char *lang, struct kk_bytes *out);
KK_MUST_USE int kk_record_put_text(struct kk_records *r, struct kk_body *body, uint32_t number,
                                   const char *text);
KK_MUST_USE int kk_record_put_int(struct kk_records *r, struct kk_body *body, uint32_t number,
                                  int64_t value);
/* 0 where it is not there. */
int64_t kk_record_int(const struct kk_body *body, uint32_t number);
struct kk_slice kk_record_text(const struct kk_body *body, uint32_t number);

/* --- acts (record_act.c) --- */
struct kk_act_request {
    struct kk_slice scope;
    const struct kk_kind_info *kind;
    uint8_t rec[KK_ID_BYTES];
    unsigned act;
    struct kk_body *body; /* what this act writes */
    const uint8_t (*refs)[KK_HASH_BYTES];
    size_t ref_count;
    bool check_only; /* --dry-run */
    bool not_personal; /* the writer has looked at what was flagged */
    bool copy; /* of a shared record, which sharing alone writes, and opens where it was closed */
};
/*
 * Checks the body against the kind and the transition, then signs into the outbox. KK_E_FIELD;
 * KK_E_PERSONAL where a text looks like a resident's own data (personal.def); KK_E_STATE with what
 * may be done instead, also for what is closed or frozen; KK_E_ROLE with who may.
 */
KK_MUST_USE int kk_record_act(struct kk_records *r, const struct kk_act_request *request);
/* Who may, and while it is open; before anything of the edit is known. KK_E_ROLE, KK_E_STATE. */
KK_MUST_USE int kk_record_may_edit(struct kk_records *r, const struct kk_record *record);
/* KK_E_PERSONAL where the text looks like a resident's own, or surely is in spite of the writer. */
KK_MUST_USE int kk_record_check_text(struct kk_records *r, bool not_personal,
                                     const struct kk_term *term, struct kk_slice text);
/*
 * What is done between the two is on disk after commit and else not at all, scope by scope: a
 * stop between the commits of two scopes leaves the acts of one. kk_records_fini rolls back.
 */
KK_MUST_USE int kk_records_begin(struct kk_records *r);
KK_MUST_USE int kk_records_commit(struct kk_records *r);
void kk_records_rollback(struct kk_records *r);
void kk_record_new_id(uint8_t ret[KK_ID_BYTES]);
/* "w:14133" for this device's ward; KK_E_ROLE for one of the bureau. */
KK_MUST_USE int kk_record_ward_scope(struct kk_records *r, const char *prefix,
                                     char ret[KK_SCOPE_NAME_MAX + 1]);
/* Where a new record of the kind lives; KK_E_ROLE as above. */
KK_MUST_USE int kk_record_home_scope(struct kk_records *r, const struct kk_kind_info *kind,
                                     char ret[KK_SCOPE_NAME_MAX + 1]);

#endif
