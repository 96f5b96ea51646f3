/* form-peer: each line of hexadecimal is answered with the name of the verdict of the form gate. */
#include "kukyoku/base/text.h"
#include "kukyoku/wire/form.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_BYTES 4096

int main(void)
{
    char line[2 * LINE_MAX_BYTES + 2];
    uint8_t bytes[LINE_MAX_BYTES];

    while (fgets(line, sizeof(line), stdin)) {
        size_t len = strcspn(line, "\n");

        line[len] = '\0';
        if (len % 2 != 0 || !kk_hex_decode(line, bytes, len / 2)) {
            fprintf(stderr, "not hexadecimal: %s\n", line);
            return EXIT_FAILURE;
        }
        puts(kk_form_name(kk_form_check(kk_slice(bytes, len / 2), NULL)));
    }
    return EXIT_SUCCESS;
}
