#ifndef HOLDFAST_CLINUXCALLS_H
#define HOLDFAST_CLINUXCALLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// System calls of Linux that Swift cannot call itself: they are variadic, have no wrapper in the C library, or their headers
// are not part of Swift's module of it. Each does one call, takes the arguments of its manual page, and answers the result or
// the negative error number, so that no caller depends on errno.

/// Path resolution may not leave the folder of the descriptor (RESOLVE_BENEATH).
#define HOLDFAST_RESOLVE_BENEATH 0x08ULL
/// Path resolution follows no symbolic link (RESOLVE_NO_SYMLINKS).
#define HOLDFAST_RESOLVE_NO_SYMLINKS 0x04ULL
/// Path resolution follows no magic link such as those in /proc (RESOLVE_NO_MAGICLINKS).
#define HOLDFAST_RESOLVE_NO_MAGICLINKS 0x02ULL

// Constants that the C library only shows with _GNU_SOURCE. CLinuxCalls.c checks them.

/// O_NOATIME: reading leaves the time of access alone. Differs between architectures in theory, not on those that Swift has.
#define HOLDFAST_O_NOATIME 01000000
/// O_PATH: the descriptor only stands for the object.
#define HOLDFAST_O_PATH 010000000
/// Together with O_DIRECTORY O_TMPFILE: a file without a name in a folder. Differs between architectures in theory, not on those that Swift has.
#define HOLDFAST_O_TMPFILE 020000000
/// AT_EMPTY_PATH: an empty name means the object of the descriptor.
#define HOLDFAST_AT_EMPTY_PATH 0x1000
/// UTIME_OMIT: this time stays as it is.
#define HOLDFAST_UTIME_OMIT 0x3ffffffeL

/// openat2(2). O_CLOEXEC is always added. `mode` only with O_CREAT.
int holdfast_openat2(int folder, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

/// getdents64(2): fills `buffer` with records of `struct linux_dirent64`; 0 at the end of the folder.
ssize_t holdfast_getdents64(int folder, void *buffer, size_t size);

/// fstat(2): type and rights, as in `st_mode`. In a release of the program, which has Swift's runtime
/// linked in, the compiler takes `struct stat` in CLI for a part of a module that cannot be imported.
int64_t holdfast_mode(int descriptor);

/// fstatfs(2): the kind of the file system that holds the object, as in `f_type`.
int64_t holdfast_file_system(int descriptor);

/// fstat(2): how many names a file has; -1 where that cannot be told.
int64_t holdfast_name_count(int descriptor);

/// fstat(2): the account that a file belongs to; -1 where that cannot be told.
int64_t holdfast_owner(int descriptor);

/// flock(2) with LOCK_EX: waits until nobody else has the file locked; closing the descriptor unlocks it.
int holdfast_lock(int descriptor);

/// flock(2) with LOCK_EX and LOCK_NB: -EWOULDBLOCK where somebody else has the file locked.
int holdfast_try_lock(int descriptor);

/// syncfs(2).
int holdfast_syncfs(int descriptor);

/// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: the system begins to write the range to the disk, and nobody waits for it.
int holdfast_start_writing(int descriptor, off_t offset, off_t count);

/// fallocate(2) with FALLOC_FL_KEEP_SIZE: the file system sets space aside for a range of a file, which reads as zeros.
int holdfast_reserve_space(int descriptor, off_t offset, off_t count);

/// fallocate(2) with FALLOC_FL_PUNCH_HOLE: a range of a file takes no space any more, and reads as zeros.
int holdfast_make_hole(int descriptor, off_t offset, off_t count);

/// fcntl(2) with F_SETFL: whether writing leaves the system's cache out (O_DIRECT). -EINVAL where the file system cannot do it.
int holdfast_set_direct(int descriptor, int is_direct);

/// renameat2(2) with RENAME_NOREPLACE: fails with -EEXIST where the new name is taken.
int holdfast_rename_no_replace(int old_folder, const char *old_name, int new_folder, const char *new_name);

/// ioctl_ficlone(2): an empty file gets the content of another one and shares it until one of them changes. -EOPNOTSUPP, -EXDEV, -EINVAL or -ENOTTY
/// where the file system has no such thing.
int holdfast_share_content(int new_file, int old_file);

/// mallopt(3) with M_MMAP_THRESHOLD: blocks from this size on get memory of their own, which goes back to the system with them. 0 where refused.
int holdfast_map_blocks_from(int size);
/// mallopt(3) with M_TRIM_THRESHOLD: so much free memory at the end of the heap stays with the process. 0 where refused.
int holdfast_keep_free_memory(int size);

/// malloc_trim(3): gives pages back to the system in which nothing is in use.
void holdfast_release_memory(void);

/// memmem(3): where some bytes occur first within others, or -1.
ssize_t holdfast_find(const void *bytes, size_t size, const void *part, size_t part_size);

// Calls on the object behind any descriptor; behind one of O_PATH through /proc/self/fd. The object itself is meant, also where it is
// a symbolic link: the last step is the kernel's own jump and is not followed further.

/// listxattr(2): the names with a NUL after each.
ssize_t holdfast_list_attributes(int descriptor, char *buffer, size_t size);
/// getxattr(2).
ssize_t holdfast_get_attribute(int descriptor, const char *name, void *buffer, size_t size);
/// setxattr(2).
int holdfast_set_attribute(int descriptor, const char *name, const void *value, size_t size);
/// removexattr(2).
int holdfast_remove_attribute(int descriptor, const char *name);
/// chmod(2); the caller makes sure that the object is no symbolic link.
int holdfast_change_mode(int descriptor, mode_t mode);

// Plain calls by path, which follow no link in the last place; for samples and comparisons in tests, not for trees.

/// llistxattr(2).
ssize_t holdfast_llistxattr(const char *path, char *buffer, size_t size);
/// lgetxattr(2).
ssize_t holdfast_lgetxattr(const char *path, const char *name, void *buffer, size_t size);
/// setfsuid(2) for the calling thread: as whom it uses files. Answers who that was before.
int holdfast_setfsuid(uid_t user);
/// lsetxattr(2).
int holdfast_lsetxattr(const char *path, const char *name, const void *value, size_t size);

/// sendto(2) of one datagram to a socket of the file system, or of the abstract name space where its name begins with '@', as
/// sd_notify(3) sends them. Waits for nothing.
ssize_t holdfast_send_datagram(const char *name, size_t length, const void *bytes, size_t count);

#endif
