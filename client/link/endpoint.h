/* "host:port" and "[v6 address]:port" as two texts. */
#ifndef LINK_ENDPOINT_H
#define LINK_ENDPOINT_H

#include "kukyoku/attr.h"

#include <stdbool.h>

#define KK_ENDPOINT_HOST_MAX 253
#define KK_ENDPOINT_PORT_MAX 5

struct kk_endpoint {
    char host[KK_ENDPOINT_HOST_MAX + 1], port[KK_ENDPOINT_PORT_MAX + 1];
};

/* false for an empty or over-long part, or a port outside 1 … 65,535. */
KK_MUST_USE bool kk_endpoint_parse(const char *text, struct kk_endpoint *ret);

#endif
