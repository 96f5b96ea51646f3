/*
 * A daemon's network with a made-up service behind it, on a thread of its own: what it knows are
 * two keys and one blob. For tests of the line itself.
 */
#ifndef TESTS_SERVER_H
#define TESTS_SERVER_H

#include "net/net.h"

#define SERVER_BLOB_BYTES 300000

struct server {
    struct kk_net_limits limits; /* changed by the test before server_start */
    enum kk_admit admit;         /* for the known device */
    int enrol_fault;             /* what ENROL is answered with; 0: ENROLLED */
    int commit_fault;
    unsigned busy_first; /* so many handshakes are told that there is no room */
    uint8_t client_secret[KK_KEY_BYTES], client_public[KK_KEY_BYTES];
    uint8_t secret[KK_KEY_BYTES], public[KK_KEY_BYTES];
    uint8_t invite[KK_ID_BYTES], psk[KK_KEY_BYTES];
    const struct kk_service *service;    /* another one behind it; NULL: the made-up one */
    const struct kk_worker_batch *batch; /* and its batches */
    /* What it counted; read after server_stop, or by server_count. */
    unsigned identified, answered, left, ended, refused, sessions_ended;
    enum kk_session_end last_end;
    /* own */
    uv_loop_t loop;
    uv_thread_t thread;
    uv_async_t stop, look, work;
    uv_sem_t ready, looked, worked;
    struct kk_job job;
    void (*job_fn)(void *user);
    void *job_user;
    uv_mutex_t lock;
    struct kk_worker *worker;
    struct kk_net *net;
    int port, fault;
    unsigned sessions;
    char listen[64];
};

void server_init(struct server *s);
void server_start(struct server *s);
/* Runs a job on the store thread, and waits until it is done. */
void server_run_job(struct server *s, void (*fn)(void *user), void *user);
/* BYE to all, then everything is taken down; asserts that nothing is left open. */
void server_stop(struct server *s);
/* Sessions right now, as the loop sees them; the counters above are up to date afterwards. */
unsigned server_sessions(struct server *s);
/* Waits until it has counted so many ended or refused connections; false after wait_ms. */
bool server_wait_ended(struct server *s, unsigned count, unsigned wait_ms);
uint8_t server_blob_byte(uint64_t offset);
void server_random(void *self, void *bytes, size_t len);

#endif
