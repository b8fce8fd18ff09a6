/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages and what rules write on their findings. */
#include "lint/notify_internal.h"

void notify_check_written(struct lint *l, const struct messages *all)
{
	(void)l;
	(void)all;
}
