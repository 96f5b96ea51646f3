/*
 * Which address with which pinned key comes next. An endpoint may have several addresses; at each
 * that answers all pinned keys are tried (live, then standby), at one that does not only one.
 */
#include "link/endpoint.h"
#include "link/flow.h"

void kk_attempt_forget(struct kk_link *l)
{
    if (l->addresses)
        uv_freeaddrinfo(l->addresses);
    l->addresses = l->address = NULL;
}

/* Keeps the first fault that is more than "this one was not reached". */
static void note(struct kk_link *l, int fault, struct kk_why why)
{
    if (l->fault != KK_E_NETWORK)
        return;
    l->fault = fault;
    l->blame = l->endpoint;
    l->why = why;
}

void kk_attempt_settle(struct kk_link *l, int fault, struct kk_why why)
{
    if (l->final)
        return;
    l->fault = fault;
    l->blame = l->endpoint;
    l->why = why;
    l->final = true;
}

/* The next key at this address, then the next address, then the next endpoint. */
static bool advance(struct kk_link *l)
{
    if (++l->key < l->o->daemon_key_count)
        return true;
    l->key = 0;
    if (l->address && l->address->ai_next) {
        l->address = l->address->ai_next;
        return true;
    }
    kk_attempt_forget(l);
    return ++l->endpoint < l->o->endpoint_count;
}

void kk_attempt_fail(struct kk_link *l, int fault, struct kk_why why, bool reached)
{
    note(l, fault, why);
    if (!reached)
        l->key = l->o->daemon_key_count - 1; /* another key would not be reached either */
    if (!advance(l))
        l->final = true;
    kk_flow_enter(l, l->tcp_open ? KK_FLOW_CLOSING : KK_FLOW_NEXT);
}

static const struct kk_why no_address = { "the name leads to no address",
                                          "名前に対応するアドレスがありません" };
static const struct kk_why no_endpoint = { "this is no host:port",
                                           "ホスト名:ポート の形ではありません" };
static const struct kk_why no_name = { "the name could not be looked up", "名前を調べられません" };

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct kk_link *l = KK_OWNER_OF(request, struct kk_link, resolve);

    l->addresses = l->address = found;
    if (!l->final && (status < 0 || !found))
        kk_attempt_fail(l, KK_E_NETWORK, no_address, false);
    else
        kk_flow_enter(l, KK_FLOW_NEXT);
    kk_flow_tick(l);
}

/* An address of digits is read at once: a resolver would be a thread and its libraries. */
static bool read_digits(struct kk_link *l, const struct kk_endpoint *e)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };

    if (uv_getaddrinfo(&l->loop, &l->resolve, NULL, e->host, e->port, &hints) < 0)
        return false;
    l->addresses = l->address = l->resolve.addrinfo;
    return true;
}

void kk_attempt_resolve(struct kk_link *l)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct kk_endpoint e;

    kk_flow_enter(l, KK_FLOW_RESOLVING);
    if (!kk_endpoint_parse(l->o->endpoints[l->endpoint], &e))
        kk_attempt_fail(l, KK_E_NETWORK, no_endpoint, false);
    else if (read_digits(l, &e))
        kk_flow_enter(l, KK_FLOW_NEXT);
    else if (uv_getaddrinfo(&l->loop, &l->resolve, on_resolved, e.host, e.port, &hints) < 0)
        kk_attempt_fail(l, KK_E_NETWORK, no_name, false);
}
