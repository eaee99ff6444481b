// Tells the thread sanitizer about Swift's Mutex, for `make sanitize`: preload it into a program that was built with -sanitize=thread.
//
// Mutex.withLock is compiled into the caller as one atomic exchange, which the sanitizer sees. When somebody else holds the lock, the work is done
// in libswiftSynchronization.so, by exchanges and futex calls that nobody instrumented: the sanitizer does not see that one thread waited for the
// other, and tells each contended lock as a race. Here the three slow paths say what they do. Their arguments are Swift's: `self` stands in the
// context register. Source: stdlib/public/Synchronization/Mutex/LinuxImpl.swift of Swift 6.3.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Weak: the programs that a test starts get this library too, and have no sanitizer.
void __tsan_acquire(void *) __attribute__((weak));
void __tsan_release(void *) __attribute__((weak));

static void *next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

SWIFT void lockSlow(uint32_t thread, SELF) asm(LOCK_SLOW);
SWIFT void lockSlow(uint32_t thread, SELF) {
    ((SWIFT void (*)(uint32_t, SELF))next(LOCK_SLOW))(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT bool tryLockSlow(SELF) asm(TRY_LOCK_SLOW);
SWIFT bool tryLockSlow(SELF) {
    bool isTaken = ((SWIFT bool (*)(SELF))next(TRY_LOCK_SLOW))(self);
    if (isTaken && __tsan_acquire) __tsan_acquire(self);
    return isTaken;
}

SWIFT void unlockSlow(SELF) asm(UNLOCK_SLOW);
SWIFT void unlockSlow(SELF) {
    if (__tsan_release) __tsan_release(self);
    ((SWIFT void (*)(SELF))next(UNLOCK_SLOW))(self);
}
