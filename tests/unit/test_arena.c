/* test_arena.c - arenas, buffers and errors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdalign.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include <order/arena.h>
#include <order/buf.h>
#include <order/err.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static bool
all_are(const char *p, size_t n, char c)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] != c)
			return false;
	return true;
}

/* Of any size, in any order: aligned, zeroed, and nobody else's. */
static void
test_arena_alloc(void **state)
{
	static const size_t sizes[] = {
		0, 1, 15, 16, 17, 1000, 16383, 16384, 16385, 65535, 65536,
		65537, 200000, 1, 3, 60000, 8
	};
	struct arena a = ARENA_INIT;
	char *p[N(sizes)], *word;
	size_t i;
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		for (i = 0; i < N(sizes); i++) {
			word = arena_dup(&a, "odd");
			p[i] = arena_alloc(&a, sizes[i]);
			assert_non_null(p[i]);
			assert_int_equal((uintptr_t)p[i] %
			    alignof(max_align_t), 0);
			assert_true(all_are(p[i], sizes[i], 0));
			memset(p[i], 'a' + (int)i, sizes[i]);
			assert_string_equal(word, "odd");
		}
		for (i = 0; i < N(sizes); i++)
			assert_true(all_are(p[i], sizes[i], (char)('a' + i)));
		arena_reset(&a);
	}
	arena_release(&a);
	assert_null(a.blocks);
	arena_release(&a);
	arena_reset(&a);
	assert_non_null(arena_array(&a, 0, 8));
	arena_release(&a);
}

static void
test_arena_keeps_a_block(void **state)
{
	struct arena a = ARENA_INIT;
	struct arena_block *first;
	int i;

	(void)state;
	arena_alloc(&a, 10);
	first = a.blocks;
	arena_reset(&a);
	assert_ptr_equal(a.blocks, first);
	for (i = 0; i < 1000; i++)
		arena_alloc(&a, 1000);
	arena_reset(&a);
	assert_non_null(a.blocks);
	/* a block made for one large request is not the one kept */
	arena_release(&a);
	arena_alloc(&a, 1000000);
	arena_reset(&a);
	assert_null(a.blocks);
	arena_release(&a);
}

static void
test_arena_text(void **state)
{
	struct arena a = ARENA_INIT;
	char longer[3000];
	char *s;
	int *numbers;

	(void)state;
	assert_string_equal(arena_dup(&a, ""), "");
	assert_string_equal(arena_dupn(&a, "abcdef", 3), "abc");
	assert_string_equal(arena_dupn(&a, NULL, 0), "");
	assert_memory_equal(arena_dupn(&a, "a\0b", 3), "a\0b", 4);
	assert_string_equal(arena_printf(&a, "%s-%08d", "SO", 1234),
	    "SO-00001234");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	s = arena_printf(&a, "%s!", longer);
	assert_int_equal(strlen(s), sizeof(longer));
	assert_int_equal(s[sizeof(longer) - 1], '!');
	/* where the small space of arena_printf ends */
	assert_int_equal(strlen(arena_printf(&a, "%.255s", longer)), 255);
	assert_int_equal(strlen(arena_printf(&a, "%.256s", longer)), 256);
	numbers = arena_array(&a, 100, sizeof(*numbers));
	assert_true(all_are((char *)numbers, 100 * sizeof(*numbers), 0));
	arena_release(&a);
}

static void
ask_for_too_many(void)
{
	struct arena a = ARENA_INIT;

	arena_array(&a, SIZE_MAX / 2, 4);
}

static void
ask_for_too_much(void)
{
	struct arena a = ARENA_INIT;

	arena_alloc(&a, SIZE_MAX - 8);
}

static void
grow_without_bound(void)
{
	struct buf b = BUF_INIT;

	buf_puts(&b, "x");
	buf_room(&b, SIZE_MAX - 1);
}

static void
resize_without_bound(void)
{
	volatile size_t size = SIZE_MAX;

	xrealloc(NULL, size);
}

/* One line on stderr, exit status 71, and stdout is not flushed. */
static void
test_out_of_memory(void **state)
{
	static void (*const asks[])(void) = {
		ask_for_too_many, ask_for_too_much, grow_without_bound,
		resize_without_bound
	};
	char said[256];
	int fds[2], status;
	ssize_t n;
	size_t i;
	pid_t pid;

	(void)state;
	for (i = 0; i < N(asks); i++) {
		fflush(NULL);
		assert_int_equal(pipe(fds), 0);
		if ((pid = fork()) == 0) {
			dup2(fds[1], STDOUT_FILENO);
			dup2(fds[1], STDERR_FILENO);
			printf("half a batch");
			asks[i]();
			_exit(0);
		}
		assert_true(pid > 0);
		close(fds[1]);
		n = read(fds[0], said, sizeof(said) - 1);
		close(fds[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), ERR_OS);
		assert_true(n > 0);
		said[n] = '\0';
		assert_non_null(strstr(said, ": out of memory\n"));
		assert_null(strstr(said, "half"));
	}
}

static void
test_plain_memory(void **state)
{
	char *p;

	(void)state;
	p = xstrdup("order");
	assert_string_equal(p, "order");
	p = xrealloc(p, 100);
	assert_string_equal(p, "order");
	free(p);
	free(xmalloc(0));
}

static void
test_buf(void **state)
{
	struct buf b = BUF_INIT;
	char *room;
	int i;

	(void)state;
	assert_string_equal(b.data, "");
	buf_clear(&b);
	buf_add(&b, NULL, 0);
	buf_puts(&b, "");
	assert_int_equal(b.cap, 0);
	buf_release(&b);

	buf_puts(&b, "order");
	buf_putc(&b, ' ');
	buf_printf(&b, "%d%%", 42);
	buf_add(&b, "\0x", 2);
	assert_int_equal(b.n, 11);
	assert_memory_equal(b.data, "order 42%\0x", 12);
	buf_clear(&b);
	assert_int_equal(b.n, 0);
	assert_string_equal(b.data, "");
	buf_release(&b);
	assert_ptr_equal(b.data, buf_nothing);

	for (i = 0; i < 100000; i++) {
		buf_putc(&b, 'a' + i % 26);
		if (b.data[b.n] != '\0' || b.n >= b.cap)
			fail_msg("at %d", i);
	}
	assert_int_equal(b.data[99999], 'a' + 99999 % 26);
	buf_release(&b);

	room = buf_room(&b, 0);
	assert_int_equal(*room, 0);
	room = buf_room(&b, 5000);
	memset(room, 'r', 5000);
	b.n += 5000;
	b.data[b.n] = '\0';
	assert_int_equal(strlen(b.data), 5000);
	buf_printf(&b, "%s", "");
	assert_int_equal(b.n, 5000);
	buf_release(&b);
}

/* Where a text just fits and where it just does not. */
static void
test_buf_printf_boundaries(void **state)
{
	char text[300];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(text) - 1; n++) {
		struct buf b = BUF_INIT;

		memset(text, 'p', n);
		text[n] = '\0';
		buf_puts(&b, "ab");
		buf_printf(&b, "%s", text);
		assert_int_equal(b.n, n + 2);
		assert_string_equal(b.data + 2, text);
		buf_release(&b);
	}
}

static void
test_err(void **state)
{
	static const struct {
		int given, errnum, code;
	} codes[] = {
		{ ERR_NOINPUT, ENOENT, ERR_NOINPUT },
		{ ERR_CANTCREAT, EACCES, ERR_CANTCREAT },
		{ ERR_CANTCREAT, ENOSPC, ERR_IO },
		{ ERR_CANTCREAT, EDQUOT, ERR_IO },
		{ ERR_CANTCREAT, EFBIG, ERR_IO },
		{ ERR_NOINPUT, EIO, ERR_IO },
		{ ERR_NOINPUT, ENOMEM, ERR_OS },
	};
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	assert_int_equal(e.code, 0);
	assert_string_equal(e.text, "");
	assert_int_equal(err_set(&e, ERR_DATA, "line %d: %s", 17, "no sku"),
	    -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_string_equal(e.text, "line 17: no sku");
	assert_int_equal(err_add(&e, "orders.csv"), -1);
	assert_string_equal(e.text, "orders.csv: line 17: no sku");
	assert_int_equal(e.code, ERR_DATA);
	err_set(&e, ERR_DATA, "again: %s", e.text);
	assert_string_equal(e.text, "again: orders.csv: line 17: no sku");
	err_add(&e, "%s", e.text);
	assert_non_null(strstr(e.text, "no sku: again: "));

	for (i = 0; i < N(codes); i++) {
		assert_int_equal(err_errno(&e, codes[i].given, codes[i].errnum,
		    "%s", "orders.csv"), -1);
		assert_int_equal(e.code, codes[i].code);
		assert_memory_equal(e.text, "orders.csv: ", 12);
		assert_string_equal(e.text + 12, strerror(codes[i].errnum));
	}
}

/* Cut at a character, and the reason of the system is not what is cut. */
static void
test_err_too_long(void **state)
{
	struct err e = ERR_INIT;
	const size_t most = sizeof(e.text) - 1;
	char wide[3 * 1000 + 1];
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		memcpy(wide + 3 * i, "\xe2\x82\xac", 3);
	wide[sizeof(wide) - 1] = '\0';

	err_set(&e, ERR_DATA, "%s", wide);
	assert_int_equal(strlen(e.text), most / 3 * 3);
	err_set(&e, ERR_DATA, "a%s", wide);
	assert_int_equal(strlen(e.text), (most - 1) / 3 * 3 + 1);
	err_set(&e, ERR_DATA, "ab%s", wide);
	assert_int_equal(strlen(e.text), (most - 2) / 3 * 3 + 2);
	err_add(&e, "context");
	assert_memory_equal(e.text, "context: ab", 11);
	assert_int_equal((strlen(e.text) - 11) % 3, 0);
	assert_true(strlen(e.text) > most - 3);
	err_errno(&e, ERR_NOINPUT, ENOENT, "%s", wide);
	assert_true(strlen(e.text) <= most);
	assert_non_null(strstr(e.text, "\xe2\x82\xac: No such file"));
	for (i = 0; i < 500; i++)
		memcpy(wide + 4 * i, "\xf0\x9f\x93\xa6", 4);
	wide[4 * i] = '\0';
	err_set(&e, ERR_DATA, "%s", wide);
	assert_int_equal(strlen(e.text), most / 4 * 4);
	memset(wide, 'x', sizeof(wide) - 1);
	err_set(&e, ERR_DATA, "%s", wide);
	assert_int_equal(strlen(e.text), most);
}

static void
test_arena_grow(void **state)
{
	struct arena a = ARENA_INIT;
	size_t cap = 0, longer = 0;
	int *list = NULL, *was;

	(void)state;
	for (size_t n = 0; n < 1000; n++) {
		was = list;
		list = arena_grow(&a, list, n, &cap, sizeof(*list));
		assert_true(n < cap);
		longer += was != list;
		list[n] = (int)n;
	}
	assert_int_equal(longer, 8);
	for (int n = 0; n < 1000; n++)
		assert_int_equal(list[n], n);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_alloc),
		cmocka_unit_test(test_arena_grow),
		cmocka_unit_test(test_arena_keeps_a_block),
		cmocka_unit_test(test_arena_text),
		cmocka_unit_test(test_out_of_memory),
		cmocka_unit_test(test_plain_memory),
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_buf_printf_boundaries),
		cmocka_unit_test(test_err),
		cmocka_unit_test(test_err_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
