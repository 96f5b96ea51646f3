/*
 * The few compiler attributes and idioms the project uses, wrapped once.
 *
 * Scope owns memory: a local that owns something is declared with KK_AUTO_FINI (a struct with a
 * kk_x_fini function) or KK_AUTO_FREE (a pointer with a kk_x_free function), and leaves the
 * function only by KK_STEAL. There is no other clean-up idiom.
 */
#ifndef KUKYOKU_ATTR_H
#define KUKYOKU_ATTR_H

#include <stddef.h>

#define KK_MUST_USE           __attribute__((warn_unused_result))
#define KK_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define KK_UNUSED             __attribute__((unused))
#define KK_NORETURN           __attribute__((noreturn))

/* Declares the helper that KK_AUTO_FINI(type) needs; stands beside kk_x_fini in the header. */
#define KK_DEFINE_FINI(type)                                                                      \
    static inline KK_UNUSED void type##_auto_fini(struct type *p)                                 \
    {                                                                                             \
        type##_fini(p);                                                                           \
    }
/* The same for KK_AUTO_FREE(type), beside kk_x_free. */
#define KK_DEFINE_FREE(type)                                                                      \
    static inline KK_UNUSED void type##_auto_free(struct type **p)                                \
    {                                                                                             \
        type##_free(*p);                                                                          \
    }
#define KK_AUTO_FINI(type) __attribute__((cleanup(type##_auto_fini)))
#define KK_AUTO_FREE(type) __attribute__((cleanup(type##_auto_free)))

/* Takes the pointer out of its variable: the scope no longer owns it. */
#define KK_STEAL(p)                                                                               \
    __extension__({                                                                               \
        __typeof__(p) kk_stolen_ = (p);                                                           \
        (p) = NULL;                                                                               \
        kk_stolen_;                                                                               \
    })

/* The struct that holds `member`, given the address of that member. */
#define KK_OWNER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define KK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Ignores a fallible result on purpose; the reason stands beside the call. */
static inline KK_UNUSED void kk_ignore(int result)
{
    (void)result;
}

/* A bug of our own code, never a consequence of input: kept in release builds. */
KK_NORETURN void kk_assert_failed(const char *what, const char *file, int line);
#define kk_assert(cond) ((cond) ? (void)0 : kk_assert_failed(#cond, __FILE__, __LINE__))

#endif
