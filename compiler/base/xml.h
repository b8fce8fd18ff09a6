/* SPDX-License-Identifier: Apache-2.0
 *
 * Text for XML 1.0, of which what a reader decodes is what went in; but what is hidden, what XML
 * cannot hold, and bytes that are no UTF-8 become visible, as unicode_escape shows them. No line
 * of it is a command for a service that reads logs. */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/str.h"

void xml_text(struct strbuf *out, struct str text);
/* For the inside of double quotes, where a bare line feed would be read as a space. */
void xml_attribute(struct strbuf *out, struct str text);

#endif
