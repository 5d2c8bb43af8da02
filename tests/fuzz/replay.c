/* replay.c - run a fuzz target without a fuzzer: each file, then seeded
 * changes of them
 *
 * usage: replay [-n RUNS] [-s SEED] [-k RUN] TARGET FILE...
 *
 * A run depends on nothing but its number, the seed and the files, so -k
 * makes that one again.  An input that breaks the target is kept in the file
 * finding-TARGET here; the status is then 1.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUT_MAX 4096
#define HANG_SECONDS 60		/* also on a busy machine */
#define CHANGES_MAX 8

static const struct fuzz_target *target;
static struct buf *files;
static size_t nfiles;
static uint64_t seed, run;	/* run 0: a file as it is */

static const char *input;	/* NULL: between two */
static size_t input_n;

/* ---- running ---- */

/* The process is lost already: what can still be said is. */
static void
found(int sig)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "finding-%s", target->name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, input, input_n) != (ssize_t)input_n)
		dprintf(2, "%s: cannot be kept\n", path);
	dprintf(2, "%s: seed %" PRIu64 " run %" PRIu64 ": %s, input kept in"
	    " %s\n", target->name, seed, run, sig == SIGALRM ? "hangs" :
	    sig == 0 ? "ends the process" : "broken", path);
	_exit(1);
}

/* The library ends the process when it is out of memory, else never. */
static void
ended(void)
{
	if (input != NULL)
		found(0);
}

/* There under the sanitizers, whose reports come first. */
void __sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

static void
catch_signals(void)
{
	static const int caught[] = { SIGABRT, SIGALRM, SIGSEGV, SIGBUS,
	    SIGFPE, SIGILL };
	struct sigaction sa = { .sa_handler = found };
	size_t i, n = sizeof(caught) / sizeof(caught[0]);

	if (__sanitizer_set_death_callback != NULL) {
		__sanitizer_set_death_callback(ended);
		n = 2;
	}
	for (i = 0; i < n; i++)
		sigaction(caught[i], &sa, NULL);
	atexit(ended);
}

/* In memory of just its size, so that reading beyond it can be seen. */
static void
try(const char *s, size_t n)
{
	char *exact = xmalloc(n + (n == 0));

	if (n > 0)
		memcpy(exact, s, n);
	input = exact;
	input_n = n;
	alarm(HANG_SECONDS);
	target->one(exact, n);
	alarm(0);
	input = NULL;
	free(exact);
}

/* ---- changing ---- */

/* splitmix64 */
static uint64_t
next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static size_t
below(uint64_t *state, size_t n)
{
	return n == 0 ? 0 : (size_t)(next(state) % n);
}

static void
replace(struct buf *b, size_t at, size_t gone, const char *s, size_t n)
{
	struct buf changed = BUF_INIT;

	if (b->n - gone + n > INPUT_MAX)
		return;
	buf_add(&changed, b->data, at);
	buf_add(&changed, s, n);
	buf_add(&changed, b->data + at + gone, b->n - at - gone);
	buf_release(b);
	*b = changed;
}

static char
byte(uint64_t *state)
{
	static const char telling[] = "\"\"'{}[](),.:;=<>&%+-_ \t\r\n\\/#^!*@"
	    "0019eEZT\x00\x7f\x80\xff\xc2\xe2\xed\xf4";

	if (below(state, 4) == 0)
		return (char)next(state);
	return telling[below(state, sizeof(telling) - 1)];
}

/* One change: a byte or a few of them, or a piece of some file. */
static void
change(struct buf *b, uint64_t *state)
{
	const struct buf *other = &files[below(state, nfiles)];
	size_t at = below(state, b->n + 1), left = b->n - at;
	size_t from = below(state, other->n), some, i;
	char one = byte(state), run_of[16];

	switch (below(state, 7)) {
	case 0:
		replace(b, at, left > 0, &one, 1);
		break;
	case 1:
		replace(b, at, 0, &one, 1);
		break;
	case 2:
		replace(b, at, below(state, left < 16 ? left + 1 : 16), "", 0);
		break;
	case 3:
		if (left > 0)
			b->data[at] = (char)(b->data[at] ^
			    (1 << below(state, 8)));
		break;
	case 4:
		some = 1 + below(state, sizeof(run_of));
		for (i = 0; i < some; i++)
			run_of[i] = one;
		replace(b, at, 0, run_of, some);
		break;
	default:
		some = below(state, other->n - from + 1);
		if (some > 64)
			some = 1 + below(state, 64);
		replace(b, at, below(state, 2) == 0 ? 0 :
		    below(state, left + 1), other->data + from, some);
		break;
	}
}

static void
try_changed(uint64_t number)
{
	uint64_t state = seed;
	struct buf b = BUF_INIT;
	size_t changes;

	state = next(&state) ^ number;
	run = number;
	const struct buf *file = &files[below(&state, nfiles)];
	buf_add(&b, file->data, file->n);
	for (changes = 1 + below(&state, CHANGES_MAX); changes > 0; changes--)
		change(&b, &state);
	try(b.data, b.n);
	buf_release(&b);
}

/* ---- files ---- */

static void
take_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf *b = &files[nfiles++];
	ssize_t n = -1;

	*b = (struct buf)BUF_INIT;
	if (fd >= 0)
		n = read(fd, buf_room(b, INPUT_MAX), INPUT_MAX);
	if (n < 0) {
		perror(path);
		exit(66);
	}
	b->n = (size_t)n;
	b->data[n] = '\0';
	close(fd);
}

static uint64_t
number(const char *s)
{
	char *end;
	uint64_t n = strtoull(s, &end, 10);

	if (*s == '\0' || *end != '\0') {
		fprintf(stderr, "'%s' is not a number\n", s);
		exit(64);
	}
	return n;
}

int
main(int argc, char **argv)
{
	uint64_t runs = 0, only = 0, i;
	int option;

	while ((option = getopt(argc, argv, "n:s:k:")) != -1) {
		switch (option) {
		case 'n': runs = number(optarg); break;
		case 's': seed = number(optarg); break;
		case 'k': only = number(optarg); break;
		default: return 64;
		}
	}
	if (argc - optind < 2) {
		fputs("usage: replay [-n RUNS] [-s SEED] [-k RUN] TARGET"
		    " FILE...\n", stderr);
		return 64;
	}
	files = xmalloc((size_t)argc * sizeof(*files));
	target = fuzz_find(argv[optind++]);
	while (optind < argc)
		take_file(argv[optind++]);
	catch_signals();
	for (i = 0; i < nfiles && only == 0; i++)
		try(files[i].data, files[i].n);
	for (i = only > 0 ? only : 1; i <= (only > 0 ? only : runs); i++)
		try_changed(i);
	printf("%s: %zu files, %" PRIu64 " runs, seed %" PRIu64
	    ": 0 findings\n", target->name, nfiles, runs, seed);
	for (i = 0; i < nfiles; i++)
		buf_release(&files[i]);
	free(files);
	return 0;
}
