/*
 * Jobs that need nothing of one another, done on as many threads as the machine has cores beside
 * the one that asks, three at most, and by who asks while all of them are busy.
 */
#ifndef REPLICA_CREW_H
#define REPLICA_CREW_H

/* Fewer figures are not worth a thread, which costs as much as a thousand do. */
#define KK_CREW_ROWS 100000

struct kk_crew;
/* The job is its own to free. */
typedef void kk_crew_fn(void *job);

/* Done sooner or later. *crew starts as NULL; its threads start with the first job. */
void kk_crew_add(struct kk_crew **crew, kk_crew_fn *run, void *job);
/* Works along until everything is done that was added; the threads stay for what comes. */
void kk_crew_wait(struct kk_crew *crew);
/* The same, and ends the threads; *crew is NULL then. */
void kk_crew_end(struct kk_crew **crew);

#endif
