/* The pages that derived-docs prints; one file a page family. */
#ifndef TESTS_DERIVED_H
#define TESTS_DERIVED_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses in words; static. */
struct derived_status {
    int exit;
    const char *en, *ja;
};
const struct derived_status *derived_statuses(size_t *ret_count);
/* "kukyoku.1", "ja/kukyoku.1" …, "kukyoku.bash" …: false for what is none of them. */
bool derived_manual(const char *page);
bool derived_completion(const char *page);
void derived_records(void);
void derived_daemon(void);
void derived_doctor(void);
void derived_settings(void);
void derived_page(void);

#endif
