/* letter.c - a queued message as bytes
 *
 * Joins document, templates and sender.  The same row gives the same bytes:
 * the date is the one of its queueing, the Message-ID is made of its key. */

#include <order/mail.h>

#include "document.h"
#include "letter.h"

void
letter_take(struct row *row, struct arena *mem, struct due *m)
{
	const void *bytes;

	memset(m, 0, sizeof(*m));
	m->id = db_int(row, 0);
	m->order_id = db_int(row, 1);
	m->revision = db_int(row, 2);
	m->seq = db_int(row, 3);
	m->recipient_no = db_int(row, 4);
	m->queued_at = db_int(row, 5);
	m->attempts = db_int(row, 6);
	m->kind = db_dup(row, 7, mem);
	m->recipient = db_dup(row, 8, mem);
	m->language = db_dup(row, 9, mem);
	m->document = db_dup(row, 10, mem);
	m->sender = db_dup(row, 11, mem);
	m->message_id = db_dup(row, 12, mem);
	m->first = db_dup(row, 15, mem);
	m->before = db_dup(row, 16, mem);
	bytes = db_bytes(row, 13, &m->n);
	if (!db_null(row, 13))
		m->bytes = arena_dupn(mem, bytes, m->n);
}

struct house
letter_house(const struct step *s, struct arena *mem)
{
	const struct policy *p = &s->policy;

	return (struct house){
	    .from = arena_dup(mem, p->text[POLICY_IS_MAIL_FROM]),
	    .name = arena_dup(mem, p->text[POLICY_IS_COMPANY_NAME]),
	    .command = arena_dup(mem, p->text[POLICY_IS_MAIL_COMMAND]),
	    .timeout = (int)p->number[POLICY_IS_MAIL_TIMEOUT],
	    .wording = { .mem = mem,
		.dir = arena_dup(mem, p->text[POLICY_IS_TEMPLATE_DIR]),
		.language = arena_dup(mem, p->text[POLICY_IS_LANGUAGE]) } };
}

/* ---- composing ---- */

const char letter_no_sender[] =
    "mail_from is not set (order-config mail_from=...)";

static const char *
letter_text(const cJSON *document, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(document, key);

	return cJSON_IsString(v) ? v->valuestring : "";
}

/* The id of another message to the same recipient. */
static const char *
id_beside(struct arena *mem, const struct due *m, const char *id,
    const char *domain)
{
	const char *star = strchr(id, '*');

	return star == NULL ? id : arena_printf(mem, "%.*s%lld%s@%s",
	    (int)(star - id), id, (long long)m->recipient_no, star + 1,
	    domain);
}

/* Where it stands: in the customer's thread when it answers them, else behind
 * the first message to them. */
static void
set_thread(struct arena *mem, const struct due *m, const cJSON *document,
    const char *domain, struct mail *mail)
{
	mail->in_reply_to = letter_text(document, "in_reply_to");
	mail->references = letter_text(document, "references");
	if (mail->references[0] != '\0' || mail->in_reply_to[0] != '\0')
		return;
	mail->references = id_beside(mem, m, m->first, domain);
	mail->in_reply_to = id_beside(mem, m, m->before, domain);
	if (m->before[0] != '\0' && strcmp(m->before, m->first) != 0)
		mail->references = arena_printf(mem, "%s %s", mail->references,
		    mail->in_reply_to);
}

static int
compose_from(struct arena *mem, struct house *h, struct due *m,
    cJSON *document, struct buf *out, struct err *e)
{
	const char *domain = strrchr(h->from, '@') + 1;
	struct buf part[3] = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct mail mail = { .from = h->from, .from_name = h->name,
	    .to = m->recipient, .to_name = "", .date = m->queued_at };
	struct letter l;
	int r = letter_open(&l, &h->wording, m->kind, m->language, document,
	    e);

	buf_room(&part[0], 4 << 10);
	buf_room(&part[1], 8 << 10);
	for (int i = 0; r == 0 && i < 3; i++)
		r = letter_part(&l, message_parts[i], &part[i], e);
	/* A mail in the customer's thread keeps its subject. */
	if (letter_text(document, "subject")[0] != '\0') {
		buf_clear(&part[2]);
		buf_puts(&part[2], letter_text(document, "subject"));
	}
	if (r == 0) {
		m->sender = h->from;
		m->message_id = arena_printf(mem,
		    "%s.%lld.%lld.%lld.%lld@%s", m->kind,
		    (long long)m->order_id, (long long)m->revision,
		    (long long)m->recipient_no, (long long)m->seq, domain);
		set_thread(mem, m, document, domain, &mail);
		mail.subject = part[2].data;
		mail.text = part[0].data;
		mail.html = part[1].data;
		mail.message_id = m->message_id;
		mail.language = l.language[l.spoken];
		/* Is said, and takes as much memory as composing does. */
		cJSON_DeleteItemFromObjectCaseSensitive(document, "differing");
		cJSON_DeleteItemFromObjectCaseSensitive(document, "lines");
		r = mail_compose(&mail, out, e);
	}
	for (int i = 0; i < 3; i++)
		buf_release(&part[i]);
	return r;
}

/* By hand there is no envelope: what is to be said. */
static int
compose_words(struct house *h, const struct due *m, const cJSON *document,
    struct buf *out, struct err *e)
{
	struct letter l;

	if (letter_open(&l, &h->wording, m->kind, m->language, document,
	    e) < 0)
		return -1;
	buf_puts(out, "Subject: ");
	if (letter_part(&l, "subject.txt", out, e) < 0)
		return -1;
	buf_puts(out, "\n\n");
	return letter_part(&l, "txt", out, e);
}

int
letter_compose(struct arena *mem, struct house *h, struct due *m,
    struct buf *out, struct err *e)
{
	cJSON *document = cJSON_Parse(m->document);
	int r;

	if (!cJSON_IsObject(document))
		r = err_set(e, ERR_DATA, "its document is not JSON");
	else {
		document_complete(document);
		r = m->recipient[0] != '\0' ?
		    compose_from(mem, h, m, document, out, e) :
		    compose_words(h, m, document, out, e);
	}
	cJSON_Delete(document);
	return r;
}

/* ---- showing ---- */

/* Of one that was erased there is nothing to show. */
static const char SQL_MESSAGE[] =
	"SELECT " LETTER_COLUMNS " WHERE m.id = $1 AND m.document <> '{}'";

int
message_bytes(struct step *s, int64_t id, struct buf *out, struct err *e)
{
	struct house h = letter_house(s, &s->mem);
	struct row *row;
	struct due m;
	int r = db_one(s->db, SQL_MESSAGE, BIND(I(id)), &row, e);

	if (r <= 0)
		return r;
	letter_take(row, &s->mem, &m);
	db_done(row);
	if (m.bytes != NULL)
		buf_add(out, m.bytes, m.n);
	else if (h.from[0] == '\0' && m.recipient[0] != '\0')
		return err_set(e, ERR_CONFIG, "%s", letter_no_sender);
	else if ((m.recipient[0] != '\0' ?
	    letter_compose(&s->mem, &h, &m, out, e) :
	    letter_page(s, &h, &m, out, e)) < 0) {
		if (e->code == ERR_DATA)
			e->code = ERR_IO;	/* the store's, not the input's */
		return err_add(e, "message %lld", (long long)id);
	}
	return 1;
}
