/* thread.c - who wrote a message, in answer to which, or whether nobody did
 *
 * Also delivery status notifications: which message of ours they are about.
 * Reads fields only; GMime knows addresses and ids. */

#include <order/mail_read.h>
#include <order/text.h>

#include "begin.h"
#include "field.h"

#define IDS_MAX 100
#define ID_MAX 500
#define SUBJECT_MAX 250

/* ---- fields ---- */

/* The first address in a field that is one, "". */
static const char *
address_of(struct arena *mem, const char *value)
{
	InternetAddressList *list = value[0] != '\0' ?
	    internet_address_list_parse(NULL, value) : NULL;
	int n = list != NULL ? internet_address_list_length(list) : 0;
	const char *found = "";

	for (int i = 0; i < n && found[0] == '\0'; i++) {
		InternetAddress *a = internet_address_list_get_address(list, i);
		const char *address = INTERNET_ADDRESS_IS_MAILBOX(a) ?
		    internet_address_mailbox_get_addr(
		    INTERNET_ADDRESS_MAILBOX(a)) : NULL;

		if (address != NULL && text_is_email(address) &&
		    !text_has_card_number(address, strlen(address)))
			found = arena_dup(mem, address);
	}
	if (list != NULL)
		g_object_unref(list);
	return found;
}

/* Visible ASCII: what may stand between < and > of another message. */
static bool
is_id(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (s[i] < '!' || s[i] > '~' || s[i] == '<' || s[i] == '>')
			return false;
	return n > 0 && n <= ID_MAX && !text_has_card_number(s, n);
}

/* The newest ones, where there are many. */
static const char *
ids_of(struct arena *mem, const char *value)
{
	GMimeReferences *ids = g_mime_references_parse(NULL, value);
	int n = g_mime_references_length(ids);
	struct buf b = BUF_INIT;
	const char *list;

	for (int i = n > IDS_MAX ? n - IDS_MAX : 0; i < n; i++) {
		const char *id = g_mime_references_get_message_id(ids, i);

		if (id != NULL && is_id(id))
			buf_printf(&b, "%s%s", b.n > 0 ? " " : "", id);
	}
	list = arena_dup(mem, b.data);
	buf_release(&b);
	g_mime_references_free(ids);
	return list;
}

static const char *
id_of(struct arena *mem, struct mail_span head)
{
	const char *ids = ids_of(mem, field_value(mem, head, "Message-ID"));

	return arena_dupn(mem, ids, strcspn(ids, " "));
}

/* A decoded value may hold anything. */
static const char *
plain_line(struct arena *mem, const char *value)
{
	gchar *valid = g_utf8_make_valid(value, -1);
	struct buf b = BUF_INIT;
	char *line, utf8[6];
	bool cut = false;

	for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_isspace(c) || g_unichar_iscntrl(c))
			c = ' ';
		if (g_unichar_type(c) == G_UNICODE_FORMAT ||
		    (c == ' ' && (b.n == 0 || b.data[b.n - 1] == ' ')))
			continue;
		cut = b.n + sizeof(utf8) > SUBJECT_MAX;
		if (cut)
			break;
		buf_add(&b, utf8, (size_t)g_unichar_to_utf8(c, utf8));
	}
	g_free(valid);
	line = text_trim(mem, b.data);
	if (cut)
		text_end_whole(line);
	buf_release(&b);
	return line;
}

/* ---- written by nobody ---- */

static bool
begins_as(const char *s, const char *begin)
{
	return g_ascii_strncasecmp(s, begin, strlen(begin)) == 0;
}

/* As the programs that people leave behind write it. */
static bool
is_absent(const char *subject)
{
	static const char *const begins[] = { "Automatic reply:", "Autoreply:",
		"Auto-reply:", "Auto reply:", "Out of office", "Out of the office",
		"Automatische Antwort:", "Abwesenheitsnotiz", "Abwesend:",
		"Abwesenheit:", "R\xc3\xa9ponse automatique",
		"Respuesta autom\303\241tica", "Risposta automatica",
		"Automatisch antwoord:", "Automatiskt svar", "Absence du bureau" };

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (begins_as(subject, begins[i]))
			return true;
	return false;
}

static const char *
automatic(struct arena *mem, const struct mail_in *m, struct mail_span head)
{
	const char *value = field_value(mem, head, "Auto-Submitted");

	if (value[0] != '\0' && (!begins_as(value, "no") ||
	    g_ascii_isalnum(value[2])))
		return "is Auto-Submitted";
	value = field_value(mem, head, "Precedence");
	if (begins_as(value, "bulk") || begins_as(value, "junk") ||
	    begins_as(value, "auto_reply"))
		return "is of Precedence bulk";
	value = field_value(mem, head, "X-Autoreply");
	if (value[0] == '\0')
		value = field_value(mem, head, "X-Autorespond");
	if (value[0] != '\0' && !begins_as(value, "no"))
		return "is an automatic reply";
	if (strcmp(field_value(mem, head, "Return-Path"), "<>") == 0)
		return "has no sender to return it to";
	return is_absent(m->subject) ? "is an out-of-office reply" : NULL;
}

void
mail_thread_read(struct arena *mem, const struct mail_in *m,
    struct mail_thread *t)
{
	struct mail_span head = m->head[0];

	gmime_begin();
	t->sender = address_of(mem, field_value(mem, head, "Reply-To"));
	if (t->sender[0] == '\0')
		t->sender = address_of(mem, field_value(mem, head, "From"));
	t->subject = plain_line(mem, m->subject);
	t->message_id = id_of(mem, head);
	t->in_reply_to = ids_of(mem, field_value(mem, head, "In-Reply-To"));
	t->references = ids_of(mem, field_value(mem, head, "References"));
	t->automatic = automatic(mem, m, head);
}

/* ---- delivery status notifications ---- */

/* Behind "rfc822;" and such. */
static const char *
untyped(const char *value)
{
	const char *semicolon = strchr(value, ';');

	for (value = semicolon != NULL ? semicolon + 1 : value; *value == ' ';)
		value++;
	return value;
}

/* What another program says is shown in lists. */
static const char *
said(struct arena *mem, const char *value)
{
	char *line = arena_dup(mem, plain_line(mem, value));

	text_mask_card_numbers(line, strlen(line));
	return line;
}

/* A group of fields about one recipient: true when it tells something. */
static bool
read_group(struct arena *mem, struct mail_span group, struct mail_bounce *b)
{
	const char *action = field_value(mem, group, "Action");
	const char *why = field_value(mem, group, "Diagnostic-Code");

	if (!begins_as(action, "failed") && !begins_as(action, "delayed"))
		return false;
	b->failed = begins_as(action, "failed");
	if (why[0] == '\0')
		why = field_value(mem, group, "Status");
	b->why = said(mem, untyped(why));
	b->recipient = address_of(mem, untyped(field_value(mem, group,
	    "Final-Recipient")));
	return true;
}

static bool
is_blank(const char *p, const char *next)
{
	while (p < next && (*p == ' ' || *p == '\t' || *p == '\r' ||
	    *p == '\n'))
		p++;
	return p == next;
}

/* Groups stand apart by blank lines; a failure counts more than a delay. */
static bool
read_status(struct arena *mem, const struct mail_part *part,
    struct mail_bounce *b)
{
	const char *p, *end, *next, *from;
	struct buf text = BUF_INIT;
	struct err ignored = ERR_INIT;
	bool any = false;

	mail_part_text(part, &text, &ignored);
	p = from = text.data;
	end = p + text.n;
	for (; p < end && !(any && b->failed); p = next) {
		next = line_end(p, end);
		if (next < end && !is_blank(p, next))
			continue;
		any = read_group(mem, (struct mail_span){ from,
		    (size_t)(next - from) }, b) || any;
		from = next;
	}
	buf_release(&text);
	return any;
}

/* What was returned: a message inside, or only its header. */
static const char *
returned_id(struct arena *mem, const struct mail_in *m)
{
	const char *id = "";

	for (size_t i = 1; i < m->nheads && id[0] == '\0'; i++)
		id = id_of(mem, m->head[i]);
	for (size_t i = 0; i < m->nparts && id[0] == '\0'; i++) {
		struct buf text = BUF_INIT;
		struct err ignored = ERR_INIT;

		if (strcmp(m->part[i].type, "text/rfc822-headers") != 0 &&
		    strcmp(m->part[i].type, "message/rfc822-headers") != 0)
			continue;
		mail_part_text(&m->part[i], &text, &ignored);
		id = id_of(mem, (struct mail_span){ text.data, text.n });
		buf_release(&text);
	}
	return id;
}

bool
mail_bounce_read(struct arena *mem, const struct mail_in *m,
    struct mail_bounce *b)
{
	const char *type = field_value(mem, m->head[0], "Content-Type");
	bool told = false;

	gmime_begin();
	*b = (struct mail_bounce){ false, "", "", "" };
	if (!begins_as(type, "multipart/report"))
		return false;
	for (size_t i = 0; i < m->nparts && !told; i++)
		if (strcmp(m->part[i].type, "message/delivery-status") == 0 ||
		    strcmp(m->part[i].type,
		    "message/global-delivery-status") == 0)
			told = read_status(mem, &m->part[i], b);
	if (told)
		b->message_id = returned_id(mem, m);
	return told;
}
