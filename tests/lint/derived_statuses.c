/* Exit statuses in words, for docs/errors.md and the manual pages. */
#include "derived.h"

#include "kukyoku/error.h"
#include "kukyoku/slice.h"

const struct derived_status *derived_statuses(size_t *ret_count)
{
    static const struct derived_status list[] = {
        { KK_EXIT_OK, "done", "正常に終わりました" },
        { KK_EXIT_FAILED, "failed", "失敗しました" },
        { KK_EXIT_USAGE, "the command line or a settings file is wrong",
          "コマンドの指定か設定ファイルが正しくありません" },
        { KK_EXIT_WARNINGS, "done, with warnings", "終わりましたが、注意があります" },
        { KK_EXIT_UNCHANGED, "nothing to do", "することがありませんでした" },
        { KK_EXIT_TEMPORARY, "not now: the same command may succeed later",
          "今はできません。後で同じコマンドが成功する可能性があります" },
        { KK_EXIT_CONFLICT, "two values stand against each other; a person decides",
          "値が競合しています。人が決めます" },
        { KK_EXIT_VERIFY, "what was checked is not what was signed",
          "検証したものが、署名されたものと一致しません" },
        { KK_EXIT_DENIED, "not entitled", "権限がありません" },
        { KK_EXIT_NEWER, "written by a newer program", "新しい版のプログラムによるものです" },
        { KK_EXIT_LOCKED, "another process is at work here", "ほかのプロセスが処理中です" },
        { KK_EXIT_INTERRUPTED, "interrupted", "中断しました" },
    };

    *ret_count = KK_COUNT(list);
    return list;
}
