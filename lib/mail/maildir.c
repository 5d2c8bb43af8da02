/* maildir.c - hand over by a file in a Maildir
 *
 * Written under tmp, made durable, then renamed into new.  The name comes
 * from the message id, so that a repeat replaces its first copy.  Knows
 * nothing of mailers or what the bytes mean.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <order/arena.h>
#include <order/buf.h>
#include <order/hash.h>
#include <order/text.h>

#include "report.h"

#define NAME_LONG 200		/* of the 255 bytes a file name may have */

/* The id itself; other bytes than these become =XX, so that no two ids share
 * a name.  A very long id becomes its digest. */
static char *
file_name(struct arena *a, const char *id)
{
	uint8_t digest[HASH_SIZE];
	char hex[HASH_HEX];
	struct buf b = BUF_INIT;
	struct hash h;
	const char *s;
	char *name;

	for (s = id; *s != '\0'; s++)
		if ((*s != '.' || s > id) && text_is_word((char[]){ *s, '\0' },
		    "@.+-_"))
			buf_putc(&b, *s);
		else
			buf_printf(&b, "=%02X", (unsigned)(unsigned char)*s);
	if (b.n > NAME_LONG) {
		hash_init(&h);
		hash_text(&h, id);
		hash_end(&h, digest);
		buf_clear(&b);
		buf_puts(&b, hash_hex(digest, hex));
	}
	name = arena_printf(a, "%s.order", b.data);
	buf_release(&b);
	return name;
}

static int
sync_folder(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result;

	if (fd < 0)
		return -1;
	result = fsync(fd);
	return close(fd) < 0 ? -1 : result;
}

/* The Maildir opened, made if need be; -1 with errno. */
static int
open_maildir(const char *dir)
{
	static const char *const sub[] = { "tmp", "new", "cur" };
	bool made = mkdir(dir, 0700) == 0;
	int saved = errno, fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t i;

	if (fd < 0) {
		if (errno == ENOENT && !made)
			errno = saved;	/* why there is none */
		return -1;
	}
	for (i = 0; i < sizeof(sub) / sizeof(sub[0]); i++) {
		if (mkdirat(fd, sub[i], 0700) == 0)
			made = true;
		else if (errno != EEXIST)
			goto failed;
	}
	if (made && (fsync(fd) < 0 || sync_folder(fd, "..") < 0))
		goto failed;
	return fd;
failed:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* A new file with these bytes, on disk; what a crash left is replaced. */
static int
write_file(int dir, const char *path, const char *bytes, size_t n)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = openat(dir, path, flags, 0600), saved = 0;

	if (fd < 0 && errno == EEXIST && unlinkat(dir, path, 0) == 0)
		fd = openat(dir, path, flags, 0600);
	if (fd < 0)
		return -1;
	if (write_full(fd, bytes, n) < 0 || fsync(fd) < 0)
		saved = errno;
	if (close(fd) < 0 && saved == 0)
		saved = errno;
	if (saved == 0)
		return 0;
	unlinkat(dir, path, 0);
	errno = saved;
	return -1;
}

void
maildir_deliver(const char *dir, const char *message_id, const char *bytes,
    size_t n, struct mail_report *r)
{
	struct arena a = ARENA_INIT;
	const char *name = file_name(&a, message_id);
	const char *tmp = arena_printf(&a, "tmp/%s", name);
	int fd = open_maildir(dir);

	if (fd < 0) {
		report_errno(r, errno, "maildir");
		goto done;
	}
	if (write_file(fd, tmp, bytes, n) < 0 ||
	    renameat(fd, tmp, fd, arena_printf(&a, "new/%s", name)) < 0 ||
	    sync_folder(fd, "new") < 0)
		report_errno(r, errno, "maildir");
	else
		report_set(r, MAIL_SENT, "%s", "");
	close(fd);
done:
	arena_release(&a);
}
