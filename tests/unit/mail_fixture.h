/* mail_fixture.h - one message, and files around its delivery */
#ifndef MAIL_FIXTURE_H
#define MAIL_FIXTURE_H

#include "folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <order/arena.h>
#include <order/mail.h>

#define FROM "orders@example.com"
#define TO "jo@example.org"
#define ID "receipt.17.1.0.1@example.com"
#define MESSAGE "Subject: x\n\n.\nFrom me\nbye\n"

static struct arena arena = ARENA_INIT;

static char *
path(const char *name)
{
	return arena_printf(&arena, "%s/%s", folder, name);
}

static void
write_text(const char *file, const char *text, mode_t mode)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static char *
read_text(const char *file)
{
	char *text = arena_alloc(&arena, 65536);
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	assert_true(read(fd, text, 65535) >= 0);
	close(fd);
	return text;
}

static int
leave(void **state)
{
	arena_release(&arena);
	return folder_leave(state);
}

#endif
