/* parse.c - the structure of a message: headers, parts, messages inside
 *
 * Cuts the bytes by itself, because GMime's parser knows no limits: a message
 * of 16 MiB can hold millions of parts and fields.  What a field means, GMime
 * says.  Copies no content. */

#include <order/mail_in.h>
#include <order/text.h>

#include "begin.h"
#include "field.h"

#define BOUNDARY_MAX 200

struct walk {
	struct arena *mem;	/* of what comes back */
	struct arena scratch;	/* of one entity's fields */
	struct mail_in *m;
	struct mail_part *part;
	size_t nparts, cap;
	struct mail_span *head;
	size_t nheads, heads_cap;
};

/* ---- lines ---- */

/* Is the line that begins at p blank? */
static bool
is_blank_line(const char *p, const char *next)
{
	return *p == '\n' || (*p == '\r' && next - p == 2 && p[1] == '\n');
}

/* The end of the header that begins at p, and where the body begins behind
 * it: at a blank line, or at a line that can be no part of a header. */
static const char *
head_end(const char *p, const char *end, const char **body)
{
	const char *next;
	bool any = false;

	for (; p < end; p = next) {
		next = line_end(p, end);
		if (is_blank_line(p, next)) {
			*body = next;
			return p;
		}
		/* A mailbox file has a line of its own before. */
		if (!any && end - p > 5 && memcmp(p, "From ", 5) == 0)
			continue;
		if ((*p == ' ' || *p == '\t') ? !any : field_name(p, end) == 0)
			break;
		any = true;
	}
	*body = p;
	return p;
}

static bool
has_field(struct mail_span head)
{
	const char *end = head.p + head.n;

	for (const char *p = head.p; p < end; p = line_end(p, end))
		if (field_name(p, end) > 0)
			return true;
	return false;
}

/* ---- fields ---- */

/* The same, with its encoded words decoded. */
static const char *
decoded_field(struct walk *w, struct mail_span head, const char *name)
{
	char *text = g_mime_utils_header_decode_text(NULL,
	    field_value(&w->scratch, head, name));
	const char *copy = arena_dup(w->mem, text != NULL ? text : "");

	g_free(text);
	return copy;
}

static bool
instant_of(const char *date, int64_t *at)
{
	GDateTime *t = date[0] != '\0' ?
	    g_mime_utils_header_decode_date(date) : NULL;

	if (t == NULL)
		return false;
	*at = g_date_time_to_unix(t);
	g_date_time_unref(t);
	return true;
}

static void
read_own_fields(struct walk *w, struct mail_span head)
{
	struct mail_in *m = w->m;
	const char *received = field_value(&w->scratch, head, "Received");
	const char *id = field_value(&w->scratch, head, "Message-ID");
	char *bare = id[0] != '\0' ? g_mime_utils_decode_message_id(id) : NULL;

	m->message_id = arena_dup(w->mem, bare != NULL ? bare : "");
	g_free(bare);
	m->from = decoded_field(w, head, "From");
	m->subject = decoded_field(w, head, "Subject");
	m->date = field_value(w->mem, head, "Date");
	received = strrchr(received, ';');
	m->dated = (received != NULL && instant_of(received + 1, &m->at)) ||
	    instant_of(m->date, &m->at);
}

/* ---- what there is ---- */

static void
note_fault(struct walk *w, const char *fact)
{
	if (w->m->fault == NULL)
		w->m->fault = fact;
}

static struct mail_part *
add_part(struct walk *w, const char *p, const char *end)
{
	struct mail_part *part;

	w->part = arena_grow(w->mem, w->part, w->nparts, &w->cap,
	    sizeof(*w->part));
	part = &w->part[w->nparts++];
	part->type = part->name = part->charset = part->encoding = "";
	part->raw = (struct mail_span){ p, (size_t)(end - p) };
	part->head = (struct mail_span){ p, 0 };
	return part;
}

static void
add_unseen(struct walk *w, const char *p, const char *end, const char *fact)
{
	note_fault(w, fact);
	if (p < end)
		add_part(w, p, end)->unseen = true;
}

static void
add_head(struct walk *w, struct mail_span head)
{
	w->head = arena_grow(w->mem, w->head, w->nheads, &w->heads_cap,
	    sizeof(*w->head));
	w->head[w->nheads++] = head;
}

/* ---- types ---- */

/* What an entity says of itself. */
struct about {
	char *type, *boundary, *charset, *name, *encoding;
	bool attached;
};

static char *
lower(struct arena *mem, const char *s)
{
	char *l = arena_dup(mem, s != NULL ? s : "");

	for (char *p = l; *p != '\0'; p++)
		*p = g_ascii_tolower(*p);
	return l;
}

static void
read_about(struct walk *w, struct mail_span head, struct about *a)
{
	struct arena *mem = &w->scratch;
	const char *value = field_value(mem, head, "Content-Type"), *name;
	GMimeContentType *type = g_mime_content_type_parse(NULL,
	    value[0] != '\0' ? value : "text/plain");
	GMimeContentDisposition *as = NULL;
	char *text = g_mime_content_type_get_mime_type(type);

	a->type = lower(mem, text);
	g_free(text);
	name = g_mime_content_type_get_parameter(type, "boundary");
	a->boundary = arena_dup(mem, name != NULL ? name : "");
	a->charset = lower(mem, g_mime_content_type_get_parameter(type,
	    "charset"));
	a->encoding = lower(mem, field_value(mem, head, "Content-Transfer-Encoding"));
	value = field_value(mem, head, "Content-Disposition");
	if (value[0] != '\0')
		as = g_mime_content_disposition_parse(NULL, value);
	name = as == NULL ? NULL :
	    g_mime_content_disposition_get_parameter(as, "filename");
	if (name == NULL)
		name = g_mime_content_type_get_parameter(type, "name");
	a->name = arena_dup(mem, name != NULL ? name : "");
	a->attached = as != NULL && g_mime_content_disposition_is_attachment(as);
	if (as != NULL)
		g_object_unref(as);
	g_object_unref(type);
}

static bool
is_encoded(const struct about *a)
{
	return strcmp(a->encoding, "base64") == 0 ||
	    strcmp(a->encoding, "quoted-printable") == 0;
}

static void
note_sealed(struct mail_in *m, const char *type, struct mail_span raw)
{
	static const char PGP[] = "-----BEGIN PGP MESSAGE-----";

	if (strcmp(type, "application/pkcs7-mime") == 0 ||
	    strcmp(type, "application/x-pkcs7-mime") == 0)
		m->sealed = "an S/MIME envelope";
	else if (strcmp(type, "multipart/encrypted") == 0 ||
	    strcmp(type, "application/pgp-encrypted") == 0 ||
	    (raw.n >= sizeof(PGP) - 1 &&
	    memcmp(raw.p, PGP, sizeof(PGP) - 1) == 0))
		m->sealed = "an OpenPGP envelope";
}

/* ---- the walk ---- */

static void walk_entity(struct walk *, const char *, const char *, int depth,
    bool torn);

/* Does the line at p end a part?  2: it ends the last one. */
static int
is_delimiter(const char *p, const char *next, const char *boundary, size_t n)
{
	int kind = 1;

	if ((size_t)(next - p) < n + 2 || p[0] != '-' || p[1] != '-' ||
	    memcmp(p + 2, boundary, n) != 0)
		return 0;
	p += n + 2;
	if (next - p >= 2 && p[0] == '-' && p[1] == '-') {
		kind = 2;
		p += 2;
	}
	while (p < next && (*p == ' ' || *p == '\t' || *p == '\r' ||
	    *p == '\n'))
		p++;
	return p == next ? kind : 0;
}

static void
walk_multipart(struct walk *w, const char *p, const char *end,
    const char *boundary, int depth)
{
	const char *part = NULL, *next;
	size_t n = strlen(boundary);

	for (; p < end; p = next) {
		int kind;

		next = line_end(p, end);
		kind = is_delimiter(p, next, boundary, n);
		if (kind == 0)
			continue;
		/* The line end before a delimiter belongs to it. */
		if (part != NULL)
			walk_entity(w, part, before_line_end(part, p), depth,
			    false);
		part = next;
		if (kind == 2)
			return;
		if (w->nheads >= MAIL_MAX_PARTS) {
			add_unseen(w, part, end, "has over 1000 parts");
			return;
		}
	}
	if (part != NULL)
		walk_entity(w, part, end, depth, true);
}

static void
walk_leaf(struct walk *w, const char *p, const char *end,
    const struct about *a, struct mail_span head)
{
	struct mail_part *part = add_part(w, p, end);

	part->type = arena_dup(w->mem, a->type);
	part->name = arena_dup(w->mem, a->name);
	part->charset = arena_dup(w->mem, a->charset);
	part->encoding = arena_dup(w->mem, a->encoding);
	part->attached = a->attached;
	part->head = head;
}

static void
walk_entity(struct walk *w, const char *p, const char *end, int depth,
    bool torn)
{
	const char *body, *stop = head_end(p, end, &body);
	struct mail_span head = { p, (size_t)(stop - p) };
	bool cut = head.n > MAIL_MAX_HEAD;
	struct about a;
	size_t n;

	if (cut) {
		head.n = MAIL_MAX_HEAD;
		add_unseen(w, p + head.n, end, "has a header of over 256 KiB");
		body = end;
	}
	add_head(w, head);
	if (w->nheads == 1) {
		read_own_fields(w, head);
		/* Of a header that is cut, all: something must tell. */
		stop = body < end ? body : p;
		w->m->body = (struct mail_span){ stop, (size_t)(end - stop) };
	}
	read_about(w, head, &a);
	n = strlen(a.boundary);
	note_sealed(w->m, a.type, (struct mail_span){ body,
	    (size_t)(end - body) });
	if (depth > MAIL_MAX_DEPTH) {
		add_unseen(w, body, end, "is nested over 32 deep");
	} else if (!is_encoded(&a) && n > 0 && n <= BOUNDARY_MAX &&
	    strncmp(a.type, "multipart/", 10) == 0) {
		const char *boundary = arena_dup(w->mem, a.boundary);

		arena_reset(&w->scratch);
		walk_multipart(w, body, end, boundary, depth + 1);
	} else if (!is_encoded(&a) && (strcmp(a.type, "message/rfc822") == 0 ||
	    strcmp(a.type, "message/global") == 0)) {
		arena_reset(&w->scratch);
		walk_entity(w, body, end, depth + 1, torn);
	} else if (!cut) {
		walk_leaf(w, body, end, &a, head);
		w->part[w->nparts - 1].torn = torn;
	}
	arena_reset(&w->scratch);
}

void
mail_parse(struct arena *mem, const char *bytes, size_t n, struct mail_in *m)
{
	struct walk w = { .mem = mem, .m = m };

	gmime_begin();
	memset(m, 0, sizeof(*m));
	walk_entity(&w, bytes, bytes + n, 0, false);
	if (!has_field(w.head[0]))
		note_fault(&w, "has no header");
	m->part = w.part;
	m->nparts = w.nparts;
	m->head = w.head;
	m->nheads = w.nheads;
	arena_release(&w.scratch);
}
