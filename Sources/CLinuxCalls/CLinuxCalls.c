#define _GNU_SOURCE
#include "CLinuxCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_renameat2
#error "renameat2 is part of every Linux that this program supports"
#endif
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

_Static_assert(HOLDFAST_O_NOATIME == O_NOATIME, "O_NOATIME");
_Static_assert((HOLDFAST_O_TMPFILE | O_DIRECTORY) == O_TMPFILE, "O_TMPFILE");
_Static_assert(HOLDFAST_O_PATH == O_PATH, "O_PATH");
_Static_assert(HOLDFAST_AT_EMPTY_PATH == AT_EMPTY_PATH, "AT_EMPTY_PATH");
_Static_assert(HOLDFAST_UTIME_OMIT == UTIME_OMIT, "UTIME_OMIT");

/// The argument of openat2, as in linux/openat2.h, which older header packages lack.
struct holdfast_open_how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};

/// The result of a call, with the error number in place of -1.
static ssize_t answer(ssize_t result) { return result < 0 ? -errno : result; }

int holdfast_openat2(int folder, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct holdfast_open_how how = {.flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve};
    return (int)answer(syscall(SYS_openat2, folder, path, &how, sizeof how));
}

ssize_t holdfast_getdents64(int folder, void *buffer, size_t size) { return answer(syscall(SYS_getdents64, folder, buffer, size)); }

int64_t holdfast_mode(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) < 0 ? -errno : (int64_t)status.st_mode;
}

int64_t holdfast_file_system(int descriptor) {
    struct statfs system;
    return fstatfs(descriptor, &system) < 0 ? -errno : (int64_t)(uint32_t)system.f_type;
}

int64_t holdfast_name_count(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? (int64_t)status.st_nlink : -1;
}

int64_t holdfast_owner(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? (int64_t)status.st_uid : -1;
}

int holdfast_lock(int descriptor) { return (int)answer(flock(descriptor, LOCK_EX)); }

int holdfast_try_lock(int descriptor) { return (int)answer(flock(descriptor, LOCK_EX | LOCK_NB)); }

int holdfast_syncfs(int descriptor) { return (int)answer(syncfs(descriptor)); }

int holdfast_start_writing(int descriptor, off_t offset, off_t count) {
    return (int)answer(sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE));
}

int holdfast_reserve_space(int descriptor, off_t offset, off_t count) {
    return (int)answer(fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, count));
}

int holdfast_make_hole(int descriptor, off_t offset, off_t count) {
    return (int)answer(fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, count));
}

int holdfast_set_direct(int descriptor, int is_direct) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return -errno;
    return (int)answer(fcntl(descriptor, F_SETFL, is_direct ? flags | O_DIRECT : flags & ~O_DIRECT));
}

int holdfast_rename_no_replace(int old_folder, const char *old_name, int new_folder, const char *new_name) {
    return (int)answer(syscall(SYS_renameat2, old_folder, old_name, new_folder, new_name, RENAME_NOREPLACE));
}

int holdfast_share_content(int new_file, int old_file) { return (int)answer(ioctl(new_file, FICLONE, old_file)); }

int holdfast_map_blocks_from(int size) { return mallopt(M_MMAP_THRESHOLD, size); }
int holdfast_keep_free_memory(int size) { return mallopt(M_TRIM_THRESHOLD, size); }

void holdfast_release_memory(void) { malloc_trim(0); }

/// Space for "/proc/self/fd/" and a number.
struct object_path {
    char text[40];
};

static struct object_path path_of(int descriptor) {
    struct object_path path;
    snprintf(path.text, sizeof path.text, "/proc/self/fd/%d", descriptor);
    return path;
}

// A descriptor that was opened for reading or writing takes these calls itself; one of O_PATH answers EBADF and goes by /proc.

ssize_t holdfast_list_attributes(int descriptor, char *buffer, size_t size) {
    ssize_t result = flistxattr(descriptor, buffer, size);
    if (result >= 0 || errno != EBADF) return answer(result);
    struct object_path path = path_of(descriptor);
    return answer(listxattr(path.text, buffer, size));
}

ssize_t holdfast_get_attribute(int descriptor, const char *name, void *buffer, size_t size) {
    ssize_t result = fgetxattr(descriptor, name, buffer, size);
    if (result >= 0 || errno != EBADF) return answer(result);
    struct object_path path = path_of(descriptor);
    return answer(getxattr(path.text, name, buffer, size));
}

int holdfast_set_attribute(int descriptor, const char *name, const void *value, size_t size) {
    int result = fsetxattr(descriptor, name, value, size, 0);
    if (result == 0 || errno != EBADF) return (int)answer(result);
    struct object_path path = path_of(descriptor);
    return (int)answer(setxattr(path.text, name, value, size, 0));
}

int holdfast_remove_attribute(int descriptor, const char *name) {
    int result = fremovexattr(descriptor, name);
    if (result == 0 || errno != EBADF) return (int)answer(result);
    struct object_path path = path_of(descriptor);
    return (int)answer(removexattr(path.text, name));
}

int holdfast_change_mode(int descriptor, mode_t mode) {
    int result = fchmod(descriptor, mode);
    if (result == 0 || errno != EBADF) return (int)answer(result);
    struct object_path path = path_of(descriptor);
    return (int)answer(chmod(path.text, mode));
}

int holdfast_setfsuid(uid_t user) { return setfsuid(user); }

ssize_t holdfast_llistxattr(const char *path, char *buffer, size_t size) { return answer(llistxattr(path, buffer, size)); }

ssize_t holdfast_lgetxattr(const char *path, const char *name, void *buffer, size_t size) {
    return answer(lgetxattr(path, name, buffer, size));
}

int holdfast_lsetxattr(const char *path, const char *name, const void *value, size_t size) {
    return (int)answer(lsetxattr(path, name, value, size, 0));
}

ssize_t holdfast_find(const void *bytes, size_t size, const void *part, size_t part_size) {
    const char *found = memmem(bytes, size, part, part_size);
    return found == NULL ? -1 : found - (const char *)bytes;
}

ssize_t holdfast_send_datagram(const char *name, size_t length, const void *bytes, size_t count) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (length == 0 || length >= sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path, name, length);
    if (name[0] == '@') address.sun_path[0] = 0;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    ssize_t sent = answer(sendto(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&address, size));
    close(descriptor);
    return sent;
}
