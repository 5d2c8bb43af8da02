/* mail_in.c - fuzz target: messages that come in
 *
 * Whatever the bytes, what comes back lies inside them and within the limits;
 * a message that is kept shows no card number, however it is read, and
 * masking it again changes nothing. */

#include <order/mail_in.h>
#include <order/mail_read.h>
#include <order/text.h>

#include "fuzz.h"

static size_t
mask(char *bytes, size_t n)
{
	if (!fuzz_twin)
		return mail_mask(bytes, n);
	/* Looks at what is there, not at what it stands for. */
	text_mask_card_numbers(bytes, n);
	return n;
}

static void
inside(struct mail_span s, const char *bytes, size_t n)
{
	MUST(s.p >= bytes && s.n <= n &&
	    (size_t)(s.p - bytes) <= n - s.n, "a span is not in the message");
}

static void
no_card(const char *what, const char *text, size_t n)
{
	MUST(!text_has_card_number(text, n), "%s holds a card number", what);
}

/* What is said is fit to be recorded, whoever says it. */
static void
read_words(struct arena *mem, const struct mail_in *m)
{
	struct mail_thread t;
	struct mail_bounce b;
	struct buf words = BUF_INIT;

	mail_thread_read(mem, m, &t);
	MUST(t.sender[0] == '\0' || text_is_email(t.sender),
	    "the sender is no address");
	MUST(text_is_line(t.subject) && strlen(t.subject) <= 250,
	    "the subject is no line");
	mail_bounce_read(mem, m, &b);
	MUST(text_is_line(b.why), "a diagnostic is no line");
	mail_words(m, &words);
	MUST(words.n <= MAIL_WORDS_MAX, "%zu bytes of words", words.n);
	MUST(text_unfit(words.data, words.n) == NULL, "the words are unfit");
	MUST(mail_words_own(words.data) <= words.n, "more than all words");
	buf_release(&words);
}

/* masked: nothing may show a card number. */
static void
look(const char *bytes, size_t n, bool masked)
{
	struct arena mem = ARENA_INIT;
	struct mail_in m;

	mail_parse(&mem, bytes, n, &m);
	MUST(m.nheads <= MAIL_MAX_PARTS + MAIL_MAX_DEPTH + 1 &&
	    m.nparts <= MAIL_MAX_PARTS + MAIL_MAX_DEPTH + 1, "%zu parts",
	    m.nparts);
	inside(m.body, bytes, n);
	read_words(&mem, &m);
	for (size_t i = 0; i < m.nheads; i++)
		inside(m.head[i], bytes, n);
	if (masked) {
		no_card("the message", bytes, n);
		no_card("From", m.from, strlen(m.from));
		no_card("Subject", m.subject, strlen(m.subject));
	}
	for (size_t i = 0; i < m.nparts; i++) {
		const struct mail_part *p = &m.part[i];
		struct buf text = BUF_INIT;
		struct err e = ERR_INIT;

		inside(p->raw, bytes, n);
		inside(p->head, bytes, n);
		if (mail_part_text(p, &text, &e) < 0)
			fuzz_error("part", &e, (const int []){ ERR_DATA, 0 });
		if (masked) {
			no_card("a part", text.data, text.n);
			no_card("a name", p->name, strlen(p->name));
		}
		buf_release(&text);
	}
	arena_release(&mem);
}

static void
one(const char *s, size_t n)
{
	char *bytes = xmalloc(n + 1), *again = xmalloc(n + 1);
	size_t kept, twice;

	memcpy(bytes, s, n);
	look(bytes, n, false);
	kept = mask(bytes, n);
	MUST(kept <= n, "masked it is longer: %zu, was %zu", kept, n);
	look(bytes, kept, true);
	memcpy(again, bytes, kept);
	twice = mask(again, kept);
	fuzz_same("masked twice", bytes, kept, again, twice);
	free(bytes);
	free(again);
}

const struct fuzz_target fuzz_mail_in = { "mail_in", NULL, one };
