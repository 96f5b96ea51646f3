/* `kukyoku`: the one program of every person (client/cmd/run.h does the work). */
#include "cmd/run.h"
#include "os.h"

int main(int argc, char **argv)
{
    struct kk_run_streams streams = {
        .data = stdout,
        .talk = stderr,
        .data_terminal = kk_os_is_terminal(KK_OS_STDOUT),
        .talk_terminal = kk_os_is_terminal(KK_OS_STDERR),
    };

    kk_os_keep_memory();
    return (int)kk_run(argc, (const char *const *)argv, &streams);
}
