/* SPDX-License-Identifier: Apache-2.0
 *
 * What reading and writing files share. */
#ifndef BASE_FILE_INTERNAL_H
#define BASE_FILE_INTERNAL_H

#include "base/file.h"

/* What an errno means to a person: fixed English words, unlike strerror's. */
const char *file_reason(int error);
/* All bytes; 0 or an errno. */
int file_write_all(int fd, struct str text);

#endif
