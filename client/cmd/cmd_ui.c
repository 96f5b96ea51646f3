/*
 * `kukyoku ui`: opens the page of this home in a browser and serves it until it is ended. The token
 * reaches the browser in a file that nobody else may read: words of a command line are seen by
 * every person on the machine.
 */
#include "cmd/page.h"

#include "home/home.h"
#include "view/json.h"

#include "os_show.h"

#define DOOR_FILE "open.html"

static int write_door(struct kk_command *c, const char *address, char ret_path[KK_OS_PATH_MAX])
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    int r = kk_os_dir_make(c->home, &c->err);

    if (r == 0)
        r = kk_os_path_join(c->home, DOOR_FILE, ret_path);
    if (r == 0)
        r = kk_bytes_format(&text, "<!doctype html><meta http-equiv=\"refresh\" "
                                   "content=\"0;url=%s\"><title>kukyoku</title>\n",
                            address);
    if (r == 0)
        r = kk_os_file_write(ret_path, kk_bytes_slice(&text), KK_OS_PRIVATE, &c->err);
    return r;
}

/* Without a browser the address still serves who copies it. */
static int show(struct kk_command *c, const char *address, char ret_path[KK_OS_PATH_MAX])
{
    struct kk_error why = { 0 };
    int r = write_door(c, address, ret_path);

    if (r == 0 && kk_os_show(ret_path, &why) < 0)
        kk_out_warn(c->out, "%s", KK_T(c, UI_NO_BROWSER));
    return r;
}

static int tell_address(struct kk_command *c, const char *address)
{
    if (c->json) {
        int r = kk_json_print(c->out, json_pack("{s:s}", "address", address));

        return r == 0 ? kk_out_flush(c->out, &c->err) : r;
    }
    kk_out_line(c->out, "%s", address);
    kk_out_say(c->out, "%s", KK_T(c, UI_SERVING));
    return kk_out_flush(c->out, &c->err);
}

static int serve(struct kk_command *c, struct kk_page *page, struct kk_serve *s)
{
    char address[KK_SERVE_ADDRESS], door[KK_OS_PATH_MAX] = "";
    int r;

    kk_serve_address(s, address);
    r = tell_address(c, address);
    if (r == 0 && !kk_command_flag(c, "no-open"))
        r = show(c, address, door);
    if (r == 0) {
        kk_page_keep(page);
        kk_serve_run(s);
        kk_page_keep_end(page);
    }
    if (door[0])
        kk_ignore(kk_os_file_remove(door, NULL)); /* its token is used or worthless by now */
    kk_secret_wipe(address, sizeof address);
    return r;
}

int cmd_ui(struct kk_command *c)
{
    KK_AUTO_FREE(kk_serve) struct kk_serve *s = NULL;
    struct kk_range ports = { 1, 65535, 0 };
    struct kk_serve_owner owner;
    struct kk_page page;
    int64_t port;
    int r = kk_command_number(c, "port", ports, &port);

    if (r < 0 || c->dry_run)
        return r;
    kk_page_init(&page, c);
    owner = kk_page_owner(&page);
    r = kk_serve_open(&owner, (unsigned)port, &s, &c->err);
    if (r == 0)
        r = serve(c, &page, s);
    kk_serve_free(KK_STEAL(s));
    kk_page_fini(&page);
    return r;
}
