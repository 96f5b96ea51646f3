/* HTML to PDF (paper.h). */
#include "cmd/paper.h"

#include "os.h"
#include "os_show.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

#define PDF_MAX ((size_t)64 * 1024 * 1024)

bool kk_paper_is_pdf(const char *path)
{
    size_t len = strlen(path);

    return len >= 4 && strcmp(path + len - 4, ".pdf") == 0;
}

/* Two windows may print at once: a folder each. */
static int make_folder(struct kk_command *c, char ret[KK_OS_PATH_MAX])
{
    struct kk_entropy entropy = kk_os_entropy();
    char name[32] = "print-";
    uint8_t salt[8];
    int r;

    kk_entropy_fill(&entropy, salt, sizeof salt);
    kk_hex_encode(kk_slice(salt, sizeof salt), name + strlen(name));
    r = kk_os_path_join(c->home, name, ret);
    return r < 0 ? r : kk_os_dir_make(ret, &c->err);
}

static int print_in(struct kk_command *c, const char *folder, struct kk_bytes *page)
{
    char html[KK_OS_PATH_MAX], pdf[KK_OS_PATH_MAX];
    int r = kk_os_path_join(folder, "page.html", html);

    if (r == 0)
        r = kk_os_path_join(folder, "page.pdf", pdf);
    if (r == 0)
        r = kk_os_file_write(html, kk_bytes_slice(page), KK_OS_PRIVATE, &c->err);
    if (r == 0)
        r = kk_os_print(folder, html, pdf, &c->err);
    if (r < 0)
        return r;
    kk_bytes_clear(page);
    return kk_os_file_read(pdf, PDF_MAX, page, &c->err);
}

int kk_paper_to_pdf(struct kk_command *c, struct kk_bytes *page)
{
    char folder[KK_OS_PATH_MAX];
    int r = make_folder(c, folder), removed;

    if (r < 0)
        return r;
    r = print_in(c, folder, page);
    removed = kk_os_dir_remove(folder, r < 0 ? NULL : &c->err);
    return r < 0 ? r : removed;
}
