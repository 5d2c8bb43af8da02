/* begin.c - GMime and GLib, made to behave as we do
 *
 * GLib asks for memory or dies: it is to die as everything here does. */

#include <stdbool.h>

#include <order/arena.h>

#include "begin.h"

static void
on_glib(const char *domain, GLogLevelFlags level, const char *text, void *p)
{
	if ((level & G_LOG_FLAG_FATAL) != 0)
		out_of_memory();
	g_log_default_handler(domain, level, text, p);
}

void
gmime_begin(void)
{
	static bool ready;

	if (!ready) {
		g_log_set_default_handler(on_glib, NULL);
		g_mime_init();
	}
	ready = true;
}
