/* fuzz.h - what the fuzz targets share: the target, its properties, its input
 *
 * A target is a function that takes any bytes and says what must hold for
 * them.  The same targets run under libFuzzer (make fuzz) and, with any
 * compiler, under replay.c: the kept corpus and seeded changes of it.
 *
 * With $FUZZ_TWIN set a target uses a transform that is wrong on purpose in
 * the place of the library's: its properties must then fail.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <order/arena.h>
#include <order/buf.h>
#include <order/err.h>

struct fuzz_target {
	const char *name;
	void (*begin)(void);	/* once; may be NULL */
	void (*one)(const char *, size_t n);
};

extern const struct fuzz_target fuzz_csv, fuzz_json, fuzz_template, fuzz_mail,
    fuzz_decimal, fuzz_time, fuzz_ref, fuzz_text, fuzz_map, fuzz_db,
    fuzz_mail_in, fuzz_format, fuzz_mention;

extern bool fuzz_twin;

/* The target of that name, begun; an unknown name ends the process. */
const struct fuzz_target *fuzz_find(const char *name);

/* A property does not hold: say so and abort. */
_Noreturn void fuzz_broken(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

#define MUST(holds, ...) \
	do { \
		if (!(holds)) \
			fuzz_broken(__VA_ARGS__); \
	} while (0)

/* The same bytes. */
void fuzz_same(const char *what, const char *a, size_t na, const char *b,
    size_t nb);

/* An error must have one of the codes (ended by 0); and a text that is one
 * clean line. */
void fuzz_code(const char *what, const struct err *, const int *codes);
void fuzz_error(const char *what, const struct err *, const int *codes);

/* UTF-8 (NUL is fine); and such in which nothing could harm a terminal, where
 * line ends are allowed.  Written apart from text.c, whose work they judge. */
bool fuzz_is_utf8(const char *, size_t n);
bool fuzz_is_clean(const char *, size_t n);

/* Cut the input at NULs into max strings, those that are not there are "".
 * The last one takes all that is left; its length is the return value. */
size_t fuzz_fields(struct arena *, const char *, size_t n,
    const char **fields, size_t max);

/* Numbers that depend on the input alone. */
uint32_t fuzz_hash(const char *, size_t n);
uint32_t fuzz_next(uint32_t *state);

/* A descriptor that reads these bytes; stays ours and lasts until the next
 * call. */
int fuzz_file(const char *, size_t n);

/* The NUL-terminated text matches the extended regular expression as a whole;
 * each expression is compiled once, by the address of its text. */
bool fuzz_matches(const char *text, const char *expression);

#endif
