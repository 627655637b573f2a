/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A user's request, looked through: nothing of it is believed before. Pure but for the policy's
 * root check. */
#ifndef KDEV_HARNESS_PRIVILEGED_REQUEST_H
#define KDEV_HARNESS_PRIVILEGED_REQUEST_H

#include <sys/types.h>

#include "harness/config/config.h"
#include "harness/netboot/privileged_wire.h"
#include "harness/privileged/policy.h"

/* The board as its owner told it: what is not among PRIV_KEYS is 0. Its name is OWNER.NAME.
 * 0 or a negative errno with a line in err. */
int request_board(const struct priv_request *rq, const struct policy *p, uid_t owner,
		  struct board_config *b, char *err, size_t err_len);

/* The path of PRIV_START, whatever it is of, as it may be told to `service`. */
int request_path(const struct priv_request *rq, const struct policy *p, char *err, size_t err_len);

#endif
