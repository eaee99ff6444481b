// The limit of a backup of an unchanged drive: reads every directory entry and its attributes, and does nothing with them.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long count;

static void walk(int folder) {
    DIR *stream = fdopendir(folder);
    if (!stream) { perror("fdopendir"); exit(1); }
    for (struct dirent *entry; (entry = readdir(stream));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        struct stat status;
        if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW)) { perror(entry->d_name); exit(1); }
        count++;
        if (S_ISDIR(status.st_mode)) walk(openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    }
    closedir(stream);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    walk(open(argv[1], O_RDONLY | O_DIRECTORY));
    printf("%lu\n", count);
}
