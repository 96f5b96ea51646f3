/* The pages that derived-docs prints; one file a page family. */
#ifndef TESTS_DERIVED_H
#define TESTS_DERIVED_H

void derived_records(void);
void derived_daemon(void);
void derived_doctor(void);
void derived_page(void);

#endif
