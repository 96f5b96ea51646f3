/*
 * Is this device well? Facts are gathered from the home and the machine (doctor.c), then judged by
 * the list of checks.def without another look (doctor_judge.c), so that a test can make each check
 * fail. What can't be known is said to be unknown, and why.
 */
#ifndef MODEL_DOCTOR_H
#define MODEL_DOCTOR_H

#include "model/checks.def"
#include "model/state.h"

#include "os_look.h"

#define KK_CHECK_ENUM(NAME, ...) KK_CHECK_##NAME,
enum kk_check { KK_CHECKS(KK_CHECK_ENUM) KK_CHECK_COUNT };
#undef KK_CHECK_ENUM

struct kk_check_row {
    unsigned code;
    const char *name;
    bool fix; /* --fix may do it */
    const char *en, *ja, *remedy_en, *remedy_ja;
};
const struct kk_check_row *kk_check_row(enum kk_check check);

#define KK_DOCTOR_FILES_MAX (KK_SCOPES_MAX + 4)
#define KK_DOCTOR_WARDS_MAX 32

struct kk_doctor_file {
    char name[KK_SCOPE_NAME_MAX + 8];
    int fault; /* it could not be looked at */
    struct kk_db_inspected is;
    int known; /* the version that this program writes */
    bool own;  /* made by this program */
};
struct kk_doctor_facts {
    int64_t now_ms;
    int folder_fault;
    struct kk_os_place folder;
    unsigned loose_keys, leftovers;
    char loose_key[KK_OS_NAME_MAX]; /* one of them */
    enum kk_os_answer encrypted;
    enum kk_os_hidden hidden;
    int lock_fault;
    struct kk_os_holder lock;
    struct kk_error settings; /* the first mistake; fault 0: there is none */
    int sync_lock_fault;
    struct kk_os_holder sync_lock;
    int probe_fault;  /* nothing could be stored on trial */
    int64_t probe_ms; /* how long the second quickest of three took */
    struct kk_doctor_file files[KK_DOCTOR_FILES_MAX];
    size_t file_count;
    struct kk_error home; /* why it could not be opened; fault 0: it is */
    bool sign_key;
    size_t broken_wraps;
    int64_t signed_ms; /* the newest date under a signature of the bureau */
    int64_t root_expires, roster_expires, catalog_expires; /* 0: none is held */
    uint64_t release;         /* the newest one that is known; 0: none */
    unsigned signers, needed; /* of its catalog, by the keys of its time */
    char at_odds[KK_SCOPE_NAME_MAX + 1]; /* one whose rows are not those signed */
    uint64_t past_years; /* records over for longer than they are to be kept */
    unsigned years;      /* so long; 0: nobody has said */
    struct kk_error state_error;
    struct kk_state state;
    bool port;
    bool proxied; /* a proxy is set, and not for this machine */
    char font[KK_OS_NAME_MAX], codeset[KK_OS_NAME_MAX];
    bool demo; /* desks stand together on purpose */
    unsigned desks;
    char desk[2][64]; /* the first two */
    struct {
        char ward[6];
        unsigned leads; /* persons; 2 stands for more */
        char holder[124];
    } wards[KK_DOCTOR_WARDS_MAX];
    size_t ward_count;
};

/* What stands beside the home: folders in which desks are looked for. */
struct kk_doctor_options {
    const char *const *dirs;
    size_t dir_count;
    bool demo;
    const struct kk_error *settings; /* what reading the settings found wrong; NULL: nothing */
};
/* Whatever is wrong is a fact; only KK_E_MEMORY is a fault. */
KK_MUST_USE int kk_doctor_gather(const char *home, const struct kk_doctor_options *o,
                                 struct kk_doctor_facts *ret);

enum kk_finding_result { KK_FINDING_OK, KK_FINDING_UNKNOWN, KK_FINDING_WARN, KK_FINDING_FAIL };
struct kk_finding {
    enum kk_finding_result result;
    char en[240], ja[240]; /* what was found, or why it is not known; may be "" */
};
void kk_doctor_judge(const struct kk_doctor_facts *facts, struct kk_finding ret[KK_CHECK_COUNT]);
const char *kk_finding_name(enum kk_finding_result result); /* "ok" "unknown" "warn" "fail" */

/* Does what is safe, holding the home's lock: modes of own files, old temporary files. */
KK_MUST_USE int kk_doctor_fix(const char *home, unsigned *ret_changed, struct kk_error *err);
/* A temporary file of this program that nobody writes any more: its name, and an hour without. */
bool kk_doctor_leftover(const char *name, int64_t modified_ms, int64_t now_ms);
/* May what goes to 127.0.0.1 take a proxy, by these variables (NULL: not set)? */
bool kk_doctor_proxied(const char *proxy, const char *except);
/* The key files of devices and desks. */
bool kk_doctor_is_key(const char *name);

#endif
