/* daemon/net/worker.c: order, batches, faults of a batch, and the end. */
#include "net/worker.h"
#include "unit.h"

#define JOBS 200

struct bench {
    uv_loop_t loop;
    struct kk_worker *worker;
    int begin_fault, commit_fault;
    unsigned begun, committed, run, done, failed, closed;
    bool in_batch;
    unsigned in_wrong_place;
};

struct job {
    struct kk_job job;
    struct bench *bench;
    unsigned number;
    int fault; /* that run sets */
    struct job *follow;
};

static struct bench b;
static struct job jobs[JOBS];

static int begin(void *self)
{
    struct bench *bench = self;

    bench->begun++;
    bench->in_batch = bench->begin_fault == 0;
    return bench->begin_fault;
}

static int commit(void *self)
{
    struct bench *bench = self;

    bench->committed++;
    bench->in_batch = false;
    return bench->commit_fault;
}

static void run(struct kk_job *job)
{
    struct job *j = KK_OWNER_OF(job, struct job, job);

    if (!j->bench->in_batch || j->number != j->bench->run)
        j->bench->in_wrong_place++;
    j->bench->run++;
    job->fault = j->fault;
}

static void done(struct kk_job *job)
{
    struct job *j = KK_OWNER_OF(job, struct job, job);

    if (j->number != j->bench->done)
        j->bench->in_wrong_place++;
    j->bench->done++;
    j->bench->failed += job->fault < 0;
    if (j->follow)
        kk_worker_post(j->bench->worker, &j->follow->job);
}

static void closed(void *user)
{
    ((struct bench *)user)->closed++;
}

static void start(int begin_fault, int commit_fault)
{
    struct kk_worker_batch batch = { .begin = begin, .commit = commit, .self = &b };

    b = (struct bench){ .begin_fault = begin_fault, .commit_fault = commit_fault };
    uv_loop_init(&b.loop);
    ck_assert_int_eq(kk_worker_start(&b.loop, &batch, &b.worker), 0);
    for (unsigned i = 0; i < JOBS; i++)
        jobs[i] = (struct job){ .job = { .run = run, .done = done }, .bench = &b, .number = i };
}

static void post_all(void)
{
    for (unsigned i = 0; i < JOBS; i++)
        kk_worker_post(b.worker, &jobs[i].job);
}

static void finish(void)
{
    kk_worker_close(b.worker, closed, &b);
    uv_run(&b.loop, UV_RUN_DEFAULT);
    ck_assert_int_eq(uv_loop_close(&b.loop), 0);
    ck_assert_uint_eq(b.closed, 1);
    ck_assert_uint_eq(b.done, JOBS);
    ck_assert_uint_eq(b.in_wrong_place, 0);
}

START_TEST(all_run_in_order_in_few_batches)
{
    start(0, 0);
    post_all();
    ck_assert_uint_eq(kk_worker_pending(b.worker), JOBS);
    finish();
    ck_assert_uint_eq(b.run, JOBS);
    ck_assert_uint_eq(b.failed, 0);
    ck_assert_uint_eq(b.begun, b.committed);
    ck_assert_uint_le(b.begun, JOBS);
}
END_TEST

START_TEST(a_fault_of_one_is_its_own)
{
    start(0, 0);
    jobs[7].fault = KK_E_NOT_FOUND;
    post_all();
    finish();
    ck_assert_uint_eq(b.failed, 1);
}
END_TEST

START_TEST(a_commit_that_fails_fails_all)
{
    start(0, KK_E_DISK_FULL);
    post_all();
    finish();
    ck_assert_uint_eq(b.run, JOBS);
    ck_assert_uint_eq(b.failed, JOBS);
}
END_TEST

START_TEST(without_a_batch_nothing_runs)
{
    start(KK_E_STORE, 0);
    post_all();
    finish();
    ck_assert_uint_eq(b.run, 0);
    ck_assert_uint_eq(b.committed, 0);
    ck_assert_uint_eq(b.failed, JOBS);
}
END_TEST

/* Results come through the loop, and may post again. */
START_TEST(a_result_may_lead_to_another_job)
{
    start(0, 0);
    for (unsigned i = 0; i + 1 < JOBS; i++)
        jobs[i].follow = &jobs[i + 1];
    kk_worker_post(b.worker, &jobs[0].job);
    while (b.done < JOBS)
        uv_run(&b.loop, UV_RUN_ONCE);
    ck_assert_uint_eq(b.begun, JOBS);
    ck_assert_uint_eq(kk_worker_pending(b.worker), 0);
    finish();
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("worker", &suite);

    tcase_add_test(c, all_run_in_order_in_few_batches);
    tcase_add_test(c, a_fault_of_one_is_its_own);
    tcase_add_test(c, a_commit_that_fails_fails_all);
    tcase_add_test(c, without_a_batch_nothing_runs);
    tcase_add_test(c, a_result_may_lead_to_another_job);
    return suite;
}
