/* template.c - fuzz target: a template and the document it renders
 *
 * A refusal names its line and leaves nothing behind; what is rendered is the
 * same each time, and no value brings markup into an escaped text. */

#include <ctype.h>

#include <order/template.h>

#include "../../lib/mail/template_parse.h"
#include "fuzz.h"

static const int codes[] = { ERR_CONFIG, 0 };

struct input {
	const char *text, *partial;
	size_t n;
	cJSON *document;
	struct arena *mem;
	const struct template *template, *inner;	/* once read */
};

static int
partial(void *arg, const char *name, const struct template **t, struct err *e)
{
	struct input *in = arg;

	if (name[0] == '_')
		return 0;
	if (in->inner == NULL)
		in->inner = template_read(in->mem, in->partial,
		    strlen(in->partial), e);
	*t = in->inner;
	return *t != NULL ? 1 : -1;
}

/* ---- the parse ---- */

/* Sections lie within each other, and say so; *raw: a value is not escaped. */
static void
nodes_hold(const char *s, size_t n, bool *raw)
{
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	const struct template *t = template_read(&mem, s, n, &e);
	size_t open[64], depth = 0, i;

	if (t == NULL)
		fuzz_error("reading", &e, codes);
	for (i = 0; t != NULL && i < t->n; i++) {
		const struct node *d = &t->node[i];

		*raw = *raw || d->kind == NODE_RAW;
		while (depth > 0 && open[depth - 1] <= i)
			depth--;
		if (d->kind != NODE_SECTION && d->kind != NODE_INVERTED)
			continue;
		MUST(d->end > i && d->end <= t->n &&
		    (depth == 0 || d->end <= open[depth - 1]),
		    "section '%s' ends at %zu of %zu", d->name, d->end, t->n);
		if (depth < sizeof(open) / sizeof(open[0]))
			open[depth++] = d->end;
	}
	arena_release(&mem);
}

/* ---- the rendering ---- */

static bool
render(struct input *in, const cJSON *document, bool escape,
    bool strict, struct buf *out)
{
	const struct template_opts opts = { .escape = escape && !fuzz_twin,
	    .strict = strict, .partial = partial, .arg = in };
	struct err e = ERR_INIT;
	const char *line;

	buf_puts(out, "before");
	if (in->template == NULL)
		in->template = template_read(in->mem, in->text, in->n, &e);
	if (in->template != NULL &&
	    template_render(in->template, document, &opts, out, &e) == 0)
		return true;
	fuzz_error("rendering", &e, codes);
	line = strstr(e.text, "line ");
	MUST(line != NULL && isdigit((unsigned char)line[5]),
	    "no line is named: %s", e.text);
	MUST(strcmp(out->data, "before") == 0, "a failure leaves text: %s",
	    out->data);
	return false;
}

static void
same_rendering(struct input *in, const struct buf *want, bool strict)
{
	struct buf again = BUF_INIT;

	if (render(in, in->document, false, strict, &again))
		fuzz_same("rendered again", want->data, want->n, again.data,
		    again.n);
	else
		MUST(strict, "it renders only once");
	buf_release(&again);
}

/* The same tree, with letters where there was markup. */
static void
disarm(cJSON *v)
{
	cJSON *child;
	char *p;

	if (cJSON_IsString(v))
		for (p = v->valuestring; *p != '\0'; p++)
			if (strchr("&<>\"", *p) != NULL)
				*p = 'x';
	cJSON_ArrayForEach(child, v)
		disarm(child);
}

static size_t
count(const struct buf *b, char c)
{
	size_t i, n = 0;

	for (i = 0; i < b->n; i++)
		n += b->data[i] == c;
	return n;
}

/* Markup comes from the template alone. */
static void
escaped_rendering(struct input *in)
{
	cJSON *harmless = cJSON_Duplicate(in->document, 1);
	struct buf armed = BUF_INIT, plain = BUF_INIT;
	const char *c;

	MUST(harmless != NULL, "no memory");
	disarm(harmless);
	if (render(in, in->document, true, false, &armed) &&
	    render(in, harmless, true, false, &plain))
		for (c = "<>\""; *c != '\0'; c++)
			MUST(count(&armed, *c) == count(&plain, *c),
			    "a value brought a %c: %s", *c, armed.data);
	cJSON_Delete(harmless);
	buf_release(&armed);
	buf_release(&plain);
}

/* Fields: the document, the text of every partial, the template. */
static void
one(const char *s, size_t n)
{
	static const char nothing[] = "{\"a\":\"<b>\",\"l\":[1,{\"a\":2}]}";
	struct arena a = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct input in = { .mem = &a };
	const char *field[3];
	bool raw = false;

	in.n = fuzz_fields(&a, s, n, field, 3);
	in.partial = field[1];
	in.text = field[2];
	in.document = cJSON_Parse(field[0]);
	if (in.document == NULL)
		in.document = cJSON_Parse(nothing);
	nodes_hold(in.text, in.n, &raw);
	nodes_hold(in.partial, strlen(in.partial), &raw);
	if (render(&in, in.document, false, false, &out)) {
		if (memmem(in.text, in.n, "{{", 2) == NULL)
			fuzz_same("no tag", out.data + 6, out.n - 6,
			    in.text, in.n);
		same_rendering(&in, &out, false);
		same_rendering(&in, &out, true);
	}
	/* An indented partial is text, whatever its tag looks like. */
	if (!raw && memmem(in.text, in.n, "=", 1) == NULL)
		escaped_rendering(&in);
	cJSON_Delete(in.document);
	buf_release(&out);
	arena_release(&a);
}

const struct fuzz_target fuzz_template = { "template", NULL, one };
