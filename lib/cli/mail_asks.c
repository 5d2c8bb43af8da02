/* mail_asks.c - a message without an order: an inquiry, an answer, a bounce
 *
 * It is recorded with the order that it names, whole and once, whatever the
 * MTA does with its copies.  What it means is for a person to say. */

#include <order/ref.h>
#include <order/text.h>
#include <order/update.h>

#include "mail_asks.h"

#define CHANNEL "email"		/* when no other is named */

void
mail_asks_read(struct arena *mem, const struct mail_in *in, int64_t at,
    struct mail_asks *a)
{
	struct buf words = BUF_INIT;
	const char *all;

	memset(a, 0, sizeof(*a));
	mail_thread_read(mem, in, &a->thread);
	a->thread.subject = text_masked(mem, a->thread.subject);
	a->bounced = mail_bounce_read(mem, in, &a->bounce);
	mail_words(in, &words);
	all = arena_dupn(mem, words.data, words.n);
	buf_release(&words);
	a->words = all;
	a->question = text_masked(mem, arena_dupn(mem, all, mail_words_own(all)));
	a->at = at;
}

/* ---- recording ---- */

static struct {
	const struct mail_asks *asks;
	const struct reject_mail *mail;
	bool taken;
} at_work;

static void
say(struct tool *t, const char *what, const char *ref)
{
	if (!t->quiet)
		tool_note(t, "stdin: %s %s", what, ref);
}

/* Once, however often it is delivered: 1 now, 0 before, -1. */
static int
is_new(struct step *s, int64_t order_id, struct err *e)
{
	const uint8_t *digest = at_work.mail->digest;
	char hex[HASH_HEX];
	int n = update_once(s, arena_printf(&s->mem, "mail:%s",
	    hash_hex(digest, hex)), order_id, digest, e);

	return n < 0 ? -1 : n == 0;
}

static int
take_bounce(struct tool *t, struct err *e)
{
	const struct mail_bounce *b = &at_work.asks->bounce;
	struct step *s = &t->step;
	int64_t id = 0;
	int n = message_about(s, b->message_id, &id, e);

	if (n <= 0)
		return n;
	n = is_new(s, id, e);
	if (n < 0 || (n == 1 && (message_bounced(s, b->message_id, b->failed,
	    b->why, e) < 0 || reject_close_mail(s, at_work.mail, e) < 0)))
		return -1;
	at_work.taken = true;
	if (n == 0)
		say(t, "is known:", "a delivery status notification");
	else if (b->failed)
		tool_note(t, "stdin: a message to %s came back: %s",
		    b->recipient[0] != '\0' ? b->recipient : "a customer",
		    b->why);
	return 1;
}

static int
take_note(struct step *s, int64_t order_id, struct err *e)
{
	const struct mail_thread *m = &at_work.asks->thread;
	int n = is_new(s, order_id, e);

	if (n == 1 && inquiry_note(s, order_id, m->sender, m->subject,
	    m->automatic != NULL ? m->automatic :
	    "is a delivery status notification", e) < 0)
		return -1;
	return n;
}

static int
take_inquiry(struct step *s, int64_t order_id, struct err *e)
{
	const struct mail_asks *a = at_work.asks;
	const struct mail_thread *m = &a->thread;
	const struct reject_mail *r = at_work.mail;
	struct inquiry q = { 0, order_id, a->at,
	    r->channel[0] != '\0' ? r->channel : CHANNEL, m->sender,
	    m->subject, a->question, m->message_id, m->references[0] != '\0' ?
	    m->references : m->in_reply_to };
	int64_t id;

	return inquiry_add(s, &q, r->digest, r->bytes, r->n, &id, e);
}

static int
take_about(struct tool *t, struct err *e)
{
	const struct mail_asks *a = at_work.asks;
	const struct mail_thread *m = &a->thread;
	bool nobody = m->automatic != NULL || a->bounced;
	struct step *s = &t->step;
	struct order o = { .ref = "" };
	int64_t id = 0;
	int r = inquiry_order(s, m->subject, m->in_reply_to, m->references,
	    a->words, &id, e);

	if (r == 1)
		r = order_load(s, id, &o, e);
	if (r <= 0)
		return r;
	r = nobody ? take_note(s, id, e) : take_inquiry(s, id, e);
	if (r < 0 || reject_close_mail(s, at_work.mail, e) < 0)
		return -1;
	at_work.taken = true;
	say(t, r == 0 ? "is known: a mail about" : nobody ?
	    "an automatic mail is noted with" : "an inquiry is recorded with",
	    o.ref);
	return 1;
}

bool
mail_asks_take(struct tool *t, const struct mail_asks *a,
    const struct reject_mail *r)
{
	at_work.asks = a;
	at_work.mail = r;
	at_work.taken = false;
	if (a->bounced && a->bounce.message_id[0] != '\0')
		tool_once(t, take_bounce);
	if (!at_work.taken)
		tool_once(t, take_about);
	return at_work.taken;
}
