/* mail_orders.c - orders out of one message, for an MTA
 *
 * What was taken from the MTA is in the store before it is told so: as orders,
 * or the message as it is.  A first pass, rolled back, finds out which; the
 * second does it.  The same message again changes nothing. */

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <order/text.h>

#include "intake.h"
#include "mail_asks.h"
#include "mail_files.h"

#define FILES_MAX 100		/* each is an open file */
#define KEY_ROOM 116		/* leaves room for a number */
#define OLDEST (366 * 86400)	/* seconds: an older message tells no time */

struct message {
	struct mailed mailed;	/* first: what the intake sees */
	struct tool *tool;
	const struct intake_opts *opts;
	struct arena mem;
	char *bytes;		/* a private mapping of all of it */
	size_t n, mapped;
	struct mail_in mail;
	struct fault fault;	/* why it is kept, else without code */
	/* its files */
	char *name[FILES_MAX];
	bool whole[FILES_MAX];
	int *fd;
	size_t nfiles;
	/* what the first pass found */
	bool trying;
	int64_t orders, refused;
	struct fault first;	/* of the refused ones */
	struct reject_mail reject;
};

static struct message *at_work;

/* ---- the message ---- */

static int
read_message(struct message *m, struct err *e)
{
	bool piped = false;
	struct stat st;
	int fd = spool_input(0, &tool_signal, &piped, e), r = 0;

	if (fd < 0)
		return err_add(e, "stdin");
	if (fstat(fd, &st) < 0)
		r = err_errno(e, ERR_IO, errno, "temporary file");
	else if (st.st_size == 0)
		r = err_set(e, ERR_DATA, "stdin: there is nothing in it");
	else if (st.st_size > MAIL_MAX_BYTES)
		r = err_set(e, ERR_DATA, "stdin: the message is over 16 MiB");
	if (r == 0) {
		m->n = m->mapped = (size_t)st.st_size;
		m->bytes = mmap(NULL, m->n, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE, fd, 0);
		if (m->bytes == MAP_FAILED)
			r = err_errno(e, ERR_OS, errno, "temporary file");
	}
	close(fd);
	return r;
}

/* What deliveries of one message have in common; who passed it on does not
 * count. */
static void
digest(const struct mail_in *m, uint8_t out[HASH_SIZE])
{
	struct hash h;

	hash_init(&h);
	hash_text(&h, m->message_id);
	hash_text(&h, m->date);
	hash_text(&h, m->from);
	hash_text(&h, m->subject);
	hash_add(&h, m->body.p, m->body.n);
	hash_end(&h, out);
}

static const char *
key_of(struct message *m)
{
	const char *id = m->mail.message_id;
	uint8_t sum[HASH_SIZE];
	char hex[HASH_HEX];
	struct hash h;

	if (text_is_key(id, KEY_ROOM) && !text_has_card_number(id, strlen(id)))
		return id;
	if (id[0] == '\0') {
		digest(&m->mail, sum);
	} else {
		hash_init(&h);
		hash_text(&h, id);
		hash_end(&h, sum);
	}
	return arena_printf(&m->mem, "sha256:%s", hash_hex(sum, hex));
}

static bool
is_dated(const struct message *m)
{
	int64_t now = m->tool->now.at;

	return m->mail.dated && m->mail.at <= now &&
	    m->mail.at >= now - OLDEST;
}

static int64_t
arrived_at(const struct message *m)
{
	return is_dated(m) ? m->mail.at : m->tool->now.at;
}

static const char *
received_at(struct message *m)
{
	char text[INSTANT_TEXT];

	return is_dated(m) ? arena_dup(&m->mem, instant_text(m->mail.at,
	    text)) : "";
}

/* The first reason is kept with it; the others are told. */
static void
keep_for(struct message *m, const char *code, const char *field,
    const char *why)
{
	const struct mail_in *in = &m->mail;

	if (m->fault.code != NULL)
		tool_note(m->tool, "%s", why);
	fault_set(&m->fault, &m->mem, code, field, 1, "from %s, \"%s\": %s",
	    in->from[0] != '\0' ? text_excerpt(&m->mem, in->from) : "nobody",
	    text_excerpt(&m->mem, in->subject), why);
}

/* ---- its files ---- */

/* What a part is called, harmless to show. */
static const char *
label_of(struct message *m, size_t i)
{
	const struct mail_part *p = &m->mail.part[i];

	if (p->name[0] != '\0')
		return arena_printf(&m->mem, "stdin: %s",
		    text_excerpt(&m->mem, p->name));
	return m->mail.nparts == 1 ? "stdin: body" :
	    arena_printf(&m->mem, "stdin: part %zu", i + 1);
}

static void
add_file(struct message *m, size_t i, const struct buf *text)
{
	const struct mail_span raw = m->mail.part[i].raw;
	struct err e = ERR_INIT;

	if (m->mail.part[i].torn) {
		keep_for(m, "not-well-formed", "", arena_printf(&m->mem,
		    "%s: its end is missing", label_of(m, i)));
		return;
	}
	if (m->nfiles == FILES_MAX) {
		keep_for(m, "too-large", "", "has over 100 files with orders");
		return;
	}
	m->fd[m->nfiles] = spool_bytes(text->data, text->n, &e);
	if (m->fd[m->nfiles] < 0)
		tool_fail(m->tool, &e);
	m->name[m->nfiles] = arena_dup(&m->mem, label_of(m, i));
	/* Something follows, else the message may have been cut off. */
	m->whole[m->nfiles++] = raw.p + raw.n < m->bytes + m->n;
}

/* sure: it is a file with orders, whatever is in it. */
static void
try_part(struct message *m, size_t i, bool sure)
{
	struct buf text = BUF_INIT;
	struct err e = ERR_INIT;

	if (mail_part_text(&m->mail.part[i], &text, &e) < 0) {
		err_add(&e, "%s", label_of(m, i));
		if (sure)
			keep_for(m, "unreadable-part", "", e.text);
	} else if (sure || text_begins_as_orders(text.data, text.n))
		add_file(m, i, &text);
	buf_release(&text);
}

/* What there was instead of a file with orders. */
static const char *
attached(struct message *m)
{
	struct buf b = BUF_INIT;
	const char *list;

	for (size_t i = 0; i < m->mail.nparts && b.n < 200; i++) {
		const char *name = m->mail.part[i].name;

		if (name[0] != '\0')
			buf_printf(&b, "%s%s", b.n == 0 ? " (attached: " : ", ",
			    text_excerpt(&m->mem, name));
	}
	buf_puts(&b, b.n > 0 ? ")" : "");
	list = arena_dup(&m->mem, b.data);
	buf_release(&b);
	return list;
}

static void
find_files(struct message *m)
{
	const struct mail_in *in = &m->mail;

	m->fd = xmalloc(FILES_MAX * sizeof(*m->fd));
	if (in->fault != NULL)
		keep_for(m, "not-well-formed", "", in->fault);
	for (size_t i = 0; i < in->nparts; i++)
		if (part_is_order_file(&in->part[i]))
			try_part(m, i, true);
		else if (part_is_text_file(&in->part[i]))
			try_part(m, i, false);
	for (size_t i = 0; i < in->nparts && m->nfiles == 0 &&
	    m->fault.code == NULL; i++)
		if (part_is_body(&in->part[i]))
			try_part(m, i, false);
	if (m->nfiles > 0 || m->fault.code != NULL)
		return;
	if (in->sealed != NULL)
		keep_for(m, "encrypted", "", arena_printf(&m->mem, "is %s,"
		    " which only its recipient can open", in->sealed));
	else
		keep_for(m, "no-order-file", "", arena_printf(&m->mem,
		    "has no CSV or JSON file with orders%s", attached(m)));
}

/* ---- the first pass ---- */

void
mailed_fault(struct intake *in, const struct err *e)
{
	struct message *m = (struct message *)in->mailed;

	if (m->trying)
		keep_for(m, "not-well-formed", "", e->text);
}

static int
try_order(struct tool *t, struct item *item, struct err *e)
{
	struct intake *in = t->loop->source;
	struct message *m = (struct message *)in->mailed;
	struct order_intake *it = item->order;
	const struct fault *f = &it->fault;
	struct verdict v;

	if (order_receive(&t->step, it, &v, e) < 0)
		return -1;
	m->orders++;
	if (f->code == NULL)
		return 0;
	if (m->refused++ == 0)
		fault_set(&m->first, &m->mem, f->code, f->field, f->line,
		    "%s:%lld: %s%s%s", f->source != NULL ? f->source :
		    it->in->source, (long long)f->line, f->field,
		    f->field[0] != '\0' ? ": " : "", f->text);
	return 0;
}

static void
try_all(struct intake *in, struct message *m)
{
	struct loop l = { .next = intake_next, .decide = try_order,
	    .trial = true, .source = in };
	struct tool *t = m->tool;
	struct err e = ERR_INIT;

	m->trying = true;
	t->loop = &l;
	loop_run(t, &l);
	t->loop = NULL;
	m->trying = false;
	m->mailed.keyless = 0;
	if (feed_rewind(&in->feed, &e) < 0)
		tool_fail(t, &e);
	if (m->fault.code != NULL)
		return;
	if (m->orders == 0)
		keep_for(m, "no-order-file", "", "has no order in its file");
	else if (m->orders == m->refused)
		keep_for(m, m->first.code, m->first.field, arena_printf(
		    &m->mem, "%s refused: %s", m->orders == 1 ? "its order is" :
		    "all its orders are", m->first.text));
}

/* ---- keeping it ---- */

/* As it would be kept. */
static void
make_reject(struct message *m)
{
	const char *channel = m->opts->channel;
	struct mail_in masked;

	m->n = mail_mask(m->bytes, m->n);
	mail_parse(&m->mem, m->bytes, m->n, &masked);
	m->reject = (struct reject_mail){ .bytes = m->bytes, .n = m->n,
	    .channel = channel != NULL ? channel : "", .key = m->mailed.key, .fault = m->fault };
	m->reject.fault.source = "stdin";
	digest(&masked, m->reject.digest);
}

static int
keep(struct tool *t, struct err *e)
{
	return reject_store_mail(&t->step, &at_work->reject, e) < 0 ? -1 : 1;
}

static int
close_kept(struct tool *t, struct err *e)
{
	return reject_close_mail(&t->step, &at_work->reject, e) < 0 ? -1 : 1;
}

static void
begin(struct intake *in, struct message *m, const struct dialect *d)
{
	struct err e = ERR_INIT;

	if (m->tool->argc > 0)
		tool_usage(m->tool, "--from-mail reads one message on stdin,"
		    " no files");
	if (tool_is_terminal(0))
		tool_usage(m->tool, "nothing to do: feed a message on stdin");
	if (read_message(m, &e) < 0)
		tool_fail(m->tool, &e);
	mail_parse(&m->mem, m->bytes, m->n, &m->mail);
	m->mailed.key = key_of(m);
	m->mailed.received_at = received_at(m);
	find_files(m);
	feed_init_open(&in->feed, m->tool, m->nfiles, m->name, m->fd, m->whole);
	feed_speak(&in->feed, d);
	in->feed.decoded = true;
	in->feed.check = intake_check_header;
	in->mailed = &m->mailed;
	/* It may be large, and is not looked at in the loop. */
	madvise(m->bytes, m->mapped, MADV_DONTNEED);
}

static void
take(struct intake *in, struct message *m)
{
	struct tool *t = m->tool;
	struct mail_asks asks;
	bool bare = m->nfiles == 0 && m->fault.code != NULL &&
	    strcmp(m->fault.code, "no-order-file") == 0;

	if (m->nfiles > 0)
		try_all(in, m);
	if (tool_signal != 0)
		return;
	if (bare)
		mail_asks_read(&m->mem, &m->mail, arrived_at(m), &asks);
	make_reject(m);
	if (bare && mail_asks_take(t, &asks, &m->reject))
		return;
	m->mailed.kept = m->fault.code != NULL;
	if (m->mailed.kept) {
		tool_once(t, keep);
		tool_note(t, "the message is kept: %s", m->fault.text);
	}
	if (m->orders > 0)
		intake_run(in);
	if (!m->mailed.kept && tool_signal == 0)
		tool_once(t, close_kept);
}

void
mailed_run(struct intake *in, const struct dialect *d)
{
	struct message m = { .tool = in->tool, .opts = in->opts };

	at_work = &m;
	begin(in, &m, d);
	take(in, &m);
	munmap(m.bytes, m.mapped);
	arena_release(&m.mem);
	at_work = NULL;
}
