/* lock_fixture.h - a database to lock, and somebody who holds its lock */
#ifndef LOCK_FIXTURE_H
#define LOCK_FIXTURE_H

#include "db_fixture.h"

#include <order/lock.h>

static inline int
lock_enter(void **state)
{
	if (folder_enter(state) != 0)
		return -1;
	new_file("orders.db", "x", 1);
	return 0;
}

static inline struct lock *
open_as(const char *who)
{
	struct err e = ERR_INIT;
	struct lock *l;

	must(lock_open(&l, "orders.db", who, &e), &e);
	return l;
}

static inline void
take_writer(void)
{
	struct err e = ERR_INIT;
	struct lock *l;

	if (lock_open(&l, "orders.db", "order-holder", &e) < 0 ||
	    lock_writer(l, 0, &e) < 0)
		_exit(1);
}

#endif
