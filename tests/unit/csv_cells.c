/* csv_cells.c - many CSV texts through the reader, for a test that compares
 * what it finds with what another reader does
 *
 * stdin: texts, each behind its length.  stdout, for each: every row as its
 * number of cells and the cells, each behind its length; then END, or FAULT
 * where the text is not well-formed.  All numbers are 32 bits of this machine.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <order/recs.h>

#define END UINT32_C(0xffffffff)
#define FAULT UINT32_C(0xfffffffe)

static void
put(uint32_t n)
{
	fwrite(&n, sizeof(n), 1, stdout);
}

static void
put_row(const char *const *cells, size_t n)
{
	put((uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		put((uint32_t)strlen(cells[i]));
		fputs(cells[i], stdout);
	}
}

/* The header is a row like any other. */
static uint32_t
read_text(int fd, struct arena *a)
{
	struct reader_opts opts = { .format = FORMAT_CSV };
	struct reader *r = reader_open(fd, "text", &opts);
	struct err e = ERR_INIT;
	const struct head *head;
	struct rec rec;
	int got = reader_header(r, &head, &e);

	if (got == 1)
		put_row(head->names, head->n);
	while (got == 1 && (got = reader_next(r, a, true, &rec, &e)) == 1)
		put_row(rec.values, rec.head->n);
	reader_close(r);
	return got < 0 ? FAULT : END;
}

int
main(void)
{
	struct arena a = ARENA_INIT;
	int fd = memfd_create("text", 0);
	char *text = NULL;
	uint32_t n;

	if (fd < 0)
		return 71;
	while (fread(&n, sizeof(n), 1, stdin) == 1) {
		text = xrealloc(text, (size_t)n + 1);
		if (fread(text, 1, n, stdin) != n || ftruncate(fd, 0) < 0 ||
		    pwrite(fd, text, n, 0) != (ssize_t)n ||
		    lseek(fd, 0, SEEK_SET) < 0)
			return 74;
		put(read_text(fd, &a));
		arena_reset(&a);
	}
	free(text);
	arena_release(&a);
	return fflush(stdout) == 0 ? 0 : 74;
}
