/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4), for the manifest: whoever deploys an artefact can see that it is the file
 * that was proved. Not for secrets; one pass, no allocation but the result. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/str.h"

#define SHA256_SIZE 32

void sha256(struct str text, unsigned char digest[SHA256_SIZE]);
/* 64 lower-case digits. */
struct str sha256_hex(struct arena *arena, struct str text);

#endif
