/* fuzz.c - what the fuzz targets share, and the entry of libFuzzer */

#include <regex.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <order/text.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

bool fuzz_twin;

static const struct fuzz_target *const targets[] = {
	&fuzz_csv, &fuzz_json, &fuzz_template, &fuzz_mail, &fuzz_decimal,
	&fuzz_time, &fuzz_ref, &fuzz_text, &fuzz_map, &fuzz_db,
	&fuzz_mail_in, &fuzz_format, &fuzz_mention
};

static const struct fuzz_target *target;

const struct fuzz_target *
fuzz_find(const char *name)
{
	size_t i;

	fuzz_twin = getenv("FUZZ_TWIN") != NULL;
	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (strcmp(targets[i]->name, name) != 0)
			continue;
		if (targets[i]->begin != NULL)
			targets[i]->begin();
		return targets[i];
	}
	fprintf(stderr, "there is no target '%s'\n", name);
	_exit(64);
}

/* libFuzzer has no room for an argument of ours. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("FUZZ_TARGET");

	(void)argc;
	(void)argv;
	target = fuzz_find(name != NULL ? name : "");
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	target->one((const char *)p, n);
	return 0;
}

void
fuzz_broken(const char *fmt, ...)
{
	va_list ap;

	fputs("property: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

void
fuzz_same(const char *what, const char *a, size_t na, const char *b,
    size_t nb)
{
	size_t i = 0;

	if (na == nb && (na == 0 || memcmp(a, b, na) == 0))
		return;
	while (i < na && i < nb && a[i] == b[i])
		i++;
	fuzz_broken("%s: %zu and %zu bytes, not the same from byte %zu:\n"
	    "--- %.*s\n--- %.*s", what, na, nb, i, (int)na, a, (int)nb, b);
}

void
fuzz_code(const char *what, const struct err *e, const int *codes)
{
	while (*codes != 0 && *codes != e->code)
		codes++;
	MUST(*codes != 0, "%s: code %d: %s", what, e->code, e->text);
}

void
fuzz_error(const char *what, const struct err *e, const int *codes)
{
	size_t n = strnlen(e->text, sizeof(e->text));

	fuzz_code(what, e, codes);
	MUST(n > 0 && n < sizeof(e->text), "%s: no text", what);
	MUST(strchr(e->text, '\n') == NULL && fuzz_is_clean(e->text, n),
	    "%s: text is not one clean line: %s", what, e->text);
}

/* Its bytes and code, 0 when it is none. */
static size_t
utf8_character(const unsigned char *p, size_t n, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf8 ? 0 : p[0] >= 0xf0 ? 4 :
	    p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0, i;

	if (len == 0 || len > n)
		return 0;
	*code = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3f);
	}
	return *code < least[len] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff) ? 0 : len;
}

static bool
is_harmful(uint32_t c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) ||
	    c == 0x61c || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool
fuzz_is_utf8(const char *s, size_t n)
{
	uint32_t code;
	size_t len = 1;

	for (; n > 0 && len > 0; s += len, n -= len)
		len = utf8_character((const unsigned char *)s, n, &code);
	return len > 0;
}

bool
fuzz_is_clean(const char *s, size_t n)
{
	uint32_t code;
	size_t len;

	for (; n > 0; s += len, n -= len) {
		len = utf8_character((const unsigned char *)s, n, &code);
		if (len == 0 || is_harmful(code))
			return false;
	}
	return true;
}

size_t
fuzz_fields(struct arena *a, const char *s, size_t n, const char **fields,
    size_t max)
{
	const char *end;
	size_t i, len;

	for (i = 0; i + 1 < max; i++) {
		end = n > 0 ? memchr(s, '\0', n) : NULL;
		len = end != NULL ? (size_t)(end - s) : n;
		fields[i] = arena_dupn(a, s, len);
		s += end != NULL ? len + 1 : len;
		n -= end != NULL ? len + 1 : len;
	}
	fields[i] = arena_dupn(a, s, n);
	return n;
}

/* FNV-1a; a state is never 0. */
uint32_t
fuzz_hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (; n > 0; n--)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h != 0 ? h : 1;
}

uint32_t
fuzz_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

int
fuzz_file(const char *s, size_t n)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) < 0 ||
	    pwrite(fd, s, n, 0) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0) {
		perror("memfd");
		_exit(71);
	}
	return fd;
}

bool
fuzz_matches(const char *text, const char *expression)
{
	static struct {
		const char *expression;
		regex_t compiled;
	} known[32];
	size_t i;

	for (i = 0; known[i].expression != expression; i++) {
		MUST(i + 1 < sizeof(known) / sizeof(known[0]),
		    "too many expressions");
		if (known[i].expression != NULL)
			continue;
		MUST(regcomp(&known[i].compiled, expression,
		    REG_EXTENDED | REG_NOSUB) == 0, "%s", expression);
		known[i].expression = expression;
		break;
	}
	return regexec(&known[i].compiled, text, 0, NULL, 0) == 0;
}
