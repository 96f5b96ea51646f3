/* Libraries that are loaded when they are needed (os_library.h). */
#include "os_library.h"

#include <dlfcn.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int refuse(const struct kk_os_library *library, struct kk_error *err)
{
    return kk_error_say(err, KK_E_LIBRARY, library->file, "package %s", "パッケージ %s",
                        library->package);
}

static int load(struct kk_os_library *library, void *ret_slots, struct kk_error *err)
{
    void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);

    if (!handle)
        return refuse(library, err);
    for (size_t i = 0; i < library->count; i++) {
        void *function = dlsym(handle, library->functions[i]);

        if (!function)
            return refuse(library, err); /* of another age than its header */
        memcpy((char *)ret_slots + i * sizeof function, &function, sizeof function);
    }
    library->loaded = true;
    return 0;
}

int kk_os_library_load(struct kk_os_library *library, void *ret_slots, struct kk_error *err)
{
    int r = 0;

    pthread_mutex_lock(&lock);
    if (!library->loaded)
        r = load(library, ret_slots, err);
    pthread_mutex_unlock(&lock);
    return r;
}
