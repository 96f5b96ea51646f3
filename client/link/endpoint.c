/* Splits at the last colon; an IPv6 address stands in brackets, so that its colons are its own. */
#include "link/endpoint.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool copy(char *to, size_t max, const char *from, size_t len)
{
    if (len == 0 || len > max)
        return false;
    memcpy(to, from, len);
    to[len] = '\0';
    return true;
}

static bool port_valid(const char *port)
{
    for (const char *at = port; *at; at++) {
        if (!isdigit((unsigned char)*at))
            return false;
    }
    return strtol(port, NULL, 10) >= 1 && strtol(port, NULL, 10) <= 65535;
}

bool kk_endpoint_parse(const char *text, struct kk_endpoint *ret)
{
    const char *colon = strrchr(text, ':');
    const char *host = text;
    struct kk_endpoint e;
    size_t len;

    if (!colon)
        return false;
    len = (size_t)(colon - text);
    if (len >= 2 && text[0] == '[' && colon[-1] == ']') {
        host++;
        len -= 2;
    } else if (memchr(text, ':', len)) {
        return false; /* an IPv6 address without brackets: where its port begins is a guess */
    }
    if (!copy(e.host, KK_ENDPOINT_HOST_MAX, host, len) ||
        !copy(e.port, KK_ENDPOINT_PORT_MAX, colon + 1, strlen(colon + 1)) || !port_valid(e.port))
        return false;
    *ret = e;
    return true;
}
