/* SPDX-License-Identifier: Apache-2.0
 *
 * What reading, writing and comparing files share. */
#ifndef BASE_FILE_INTERNAL_H
#define BASE_FILE_INTERNAL_H

#include <dirent.h>
#include <sys/types.h>

#include "base/file.h"

#define FILE_OPEN_DIR (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* Opening must not wait for the other end of a pipe, nor make a terminal ours. */
#define FILE_OPEN_TO_READ (O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)

bool file_has_nul(struct str s);
/* NULL for a regular file, else what it is. */
const char *file_not_regular(mode_t mode);
/* What an errno means to a person: fixed English words, unlike strerror's. */
const char *file_reason(int error);
/* Opens a file or a directory to read, without following any symlink (ELOOP) or leaving `root`
 * (EXDEV); 0 or an errno. */
int file_open_beneath(struct arena *arena, int root, struct str path, int *fd);
/* The next bytes; 0 at the end, -1 with errno. */
ssize_t file_read_some(int fd, char *to, size_t n);
/* The next name in a directory, "." and ".." left out. NULL at the end, or with errno set. */
const char *file_next_name(DIR *dir);
/* All bytes; 0 or an errno. */
int file_write_all(int fd, struct str text);

#define FILE_TEMP_NAME 40
/* A name that nobody can know before, for what stands beside its place; 0 or an errno. */
int file_temp_name(char name[FILE_TEMP_NAME]);
/* 0 or an errno. Some file systems cannot do it for directories and say EINVAL. */
int file_sync(int fd);

#endif
