// How the system shares processors among threads.
#ifndef ANSARI_CSYSTEM_THREADS_H
#define ANSARI_CSYSTEM_THREADS_H

#if defined(__linux__)
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

/// Asks for short turns on a processor, which come sooner: for a thread that mostly waits, and that others wait for.
/// Linux 6.12 or newer; elsewhere it does nothing.
static inline void csystem_take_short_turns(void) {
#if defined(__linux__) && defined(SYS_sched_setattr)
    // As in linux/sched/types.h, which not every system has.
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {0};
    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
    attributes.size = sizeof attributes;
    attributes.runtime = 100000;  // Nanoseconds: the least that there is.
    syscall(SYS_sched_setattr, 0, &attributes, 0);
#endif
}

#endif
