/* reply.c - answer what was asked about an order, in the same thread
 *
 * The answer goes to whoever asked, if that is somebody the company or the
 * order knows.  An order is no proof of identity, and still less is a
 * question about one. */

#include <order/date.h>
#include <order/event.h>
#include <order/inquiry.h>
#include <order/message.h>
#include <order/text.h>

#define QUESTION_MAX (8 << 10)	/* of it that is quoted back */
#define OTHERS_MAX 10		/* who asked, too, and are named */
#define OTHERS_WIDTH 160	/* columns of their names */

static int
refuse(struct verdict *v, const struct order *o, const char *reason,
    const char *fact)
{
	verdict_set(v, o->id, RESULT_REFUSED, reason);
	return verdict_note(v, "%s: %s", o->ref, fact);
}

/* ---- what is said ---- */

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

/* 1; 0 refused. */
static int
check(const struct order *o, const struct reply *r, struct verdict *v)
{
	size_t n = strlen(r->answer);
	const char *unfit = text_unfit(r->answer, n);

	if (is_blank(r->answer))
		return refuse(v, o, "missing", "the answer is empty");
	if (n > FIELD_MAX)
		return refuse(v, o, "too-large", "the answer is over 64 KiB");
	if (unfit != NULL)
		return refuse(v, o, text_is_utf8(r->answer, n) ?
		    "control-character" : "not-utf8", unfit);
	if (text_has_card_number(r->answer, n))
		return refuse(v, o, "card-number", "the answer holds a payment"
		    " card number, which must not be sent");
	if (r->to != NULL && !text_is_email(r->to))
		return refuse(v, o, "bad-value", "--to is not an e-mail"
		    " address");
	if (r->to != NULL && text_has_card_number(r->to, strlen(r->to)))
		return refuse(v, o, "card-number", "--to holds a payment card"
		    " number");
	return 1;
}

/* Behind the "Re:" and its like of other programs, however many. */
static const char *
bare_subject(const char *subject)
{
	static const char *const begins[] = { "re:", "aw:", "antw:", "antwort:",
		"sv:", "vs:", "odp:", "r:", "re :", "rif:", "fwd:", "fw:",
		"wg:" };
	const char *was;

	do {
		was = subject;
		while (*subject == ' ')
			subject++;
		for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
			if (strncasecmp(subject, begins[i],
			    strlen(begins[i])) == 0)
				subject += strlen(begins[i]);
	} while (subject != was);
	return subject;
}

/* Theirs, with our reference once. */
static const char *
subject_of(struct step *s, const struct order *o, const char *theirs)
{
	char ref[MENTION_TEXT];
	const char *bare = bare_subject(theirs), *p = bare;
	bool named = reference_mentioned(&p, ref);

	if (bare[0] == '\0')
		return "";
	return named ? arena_printf(&s->mem, "Re: %s", bare) :
	    arena_printf(&s->mem, "Re: %s (%s)", bare, o->ref);
}

/* asked is NULL when nobody did. */
static cJSON *
document(struct step *s, const struct order *o, const char *answer,
    const struct inquiry *asked)
{
	cJSON *d = cJSON_CreateObject();
	char *question;

	message_text(d, "answer", answer);
	if (asked == NULL)
		return d;
	question = arena_dupn(&s->mem, asked->question,
	    strnlen(asked->question, QUESTION_MAX));
	if (asked->question[strlen(question)] != '\0')
		text_end_whole(question);
	message_text(d, "question", question);
	message_text(d, "asked_on", step_day_text(s, asked->at));
	message_text(d, "subject", subject_of(s, o, asked->subject));
	message_text(d, "in_reply_to", asked->message_id);
	message_text(d, "references", arena_printf(&s->mem, "%s%s%s",
	    asked->refs, asked->refs[0] != '\0' &&
	    asked->message_id[0] != '\0' ? " " : "", asked->message_id));
	return d;
}

/* ---- to whom ---- */

/* Where it goes; NULL: the order's own address.  1; 0 refused; -1. */
static int
addressee(struct step *s, const struct order *o, const struct reply *r,
    const struct inquiry *asked, const char **to, struct verdict *v,
    struct err *e)
{
	int known;

	*to = r->to;
	if (r->to != NULL || asked == NULL || asked->sender[0] == '\0')
		return 1;
	known = inquiry_is_known(s, o, asked->sender, e);
	if (known < 0)
		return -1;
	if (known == 0)
		return refuse(v, o, "bad-value", arena_printf(&s->mem,
		    "%s, who asked, is neither the order's address nor the one"
		    " on file; say where the answer goes (--to %s)",
		    asked->sender, asked->sender));
	*to = asked->sender;
	return 1;
}

/* ---- the step ---- */

static const char SQL_LAST[] =
	"SELECT id FROM messages WHERE id = (SELECT max(n.id)"
	"  FROM messages AS n WHERE n.order_id = $1 AND n.kind = 'reply')"
	" AND state <> 'cancelled' AND json_extract(document, '$.answer') = $2"
	" AND ($3 = '' OR recipient = $3)";

static int
record(struct step *s, const struct order *o, int64_t message, int64_t n,
    struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	detail_begin(&b);
	detail_int(&b, "message", message);
	detail_int(&b, "inquiries", n);
	r = event_add(s, o->id, "reply", detail_end(&b), e);
	buf_release(&b);
	return r;
}

static bool
is_same(struct step *s, const struct inquiry *a, const struct inquiry *b)
{
	return strcmp(text_fold(&s->mem, a->sender),
	    text_fold(&s->mem, b->sender)) == 0;
}

/* Whoever else asked, each once. */
static void
note_others(struct step *s, const struct order *o, const struct inquiry *q,
    size_t n, struct verdict *v)
{
	struct buf names = BUF_INIT;
	int count = 0;

	for (size_t i = 1; i < n && count < OTHERS_MAX; i++) {
		bool again = q[i].sender[0] == '\0';

		for (size_t j = 0; j < i && !again; j++)
			again = is_same(s, &q[j], &q[i]);
		if (again)
			continue;
		buf_printf(&names, "%s%s", count > 0 ? ", " : "",
		    q[i].sender);
		count++;
	}
	if (count > 0)
		verdict_note(v, "%s: %s asked, too, and get%s no copy", o->ref,
		    text_shown(&s->mem, names.data, OTHERS_WIDTH),
		    count == 1 ? "s" : "");
	buf_release(&names);
}

int
order_reply(struct step *s, const char *ref, const struct reply *r,
    int64_t *message, struct verdict *v, struct err *e)
{
	struct inquiry *q;
	const char *to;
	struct order o;
	size_t n;
	int ok = order_named(s, ref, &o, v, e);

	*message = 0;
	if (ok <= 0)
		return ok;
	if (!check(&o, r, v))
		return 0;
	if (inquiry_open(s, o.id, &q, &n, e) < 0)
		return -1;
	if (n == 0) {
		/* The same command again, or two people at once. */
		ok = db_one_int(s->db, SQL_LAST, BIND(I(o.id), T(r->answer),
		    T(r->to != NULL ? r->to : "")), message, e);
		if (ok != 0)
			return ok < 0 ? -1 : verdict_set(v, o.id,
			    RESULT_UNCHANGED, "");
	}
	ok = addressee(s, &o, r, n > 0 ? &q[0] : NULL, &to, v, e);
	if (ok <= 0)
		return ok;
	if (message_queue_to(s, &o, "reply", "", to, document(s, &o, r->answer,
	    n > 0 ? &q[0] : NULL), message, e) < 0 ||
	    inquiry_answer(s, o.id, *message, e) < 0 ||
	    record(s, &o, *message, (int64_t)n, e) < 0)
		return -1;
	verdict_set(v, o.id, RESULT_OK, "");
	if (n == 0)
		return verdict_note(v, "%s: nobody waits for an answer; it"
		    " begins a new thread", o.ref);
	note_others(s, &o, q, n, v);
	return 0;
}
