/* json_read.c - JSON text to records, one at a time
 * Lets the gate say where each record begins and ends, and holds no more of
 * the input than the one that is open.  Knows nothing of files. */

#include "reader.h"

void
json_read_open(struct json_read *j, const char *wrapper)
{
	gate_init(&j->gate, wrapper);
	j->shapes = (struct shapes)SHAPES_INIT;
	j->scratch = (struct buf)BUF_INIT;
}

void
json_read_close(struct json_read *j)
{
	shapes_release(&j->shapes);
	buf_release(&j->scratch);
}

static int
not_json(const struct reader *r, struct err *e)
{
	int64_t line = r->line;

	if (r->scan > 0)
		line += (int64_t)count_lines(r->data + r->pos, r->scan);
	return reader_fault(r, line, e, "%s%s (byte %lld)",
	    r->json.gate.astray ? "" : "not JSON: ", r->json.gate.fact, (long long)r->taken + (long long)r->scan + 1);
}

/* All that was read was looked at: let go of what is not needed, get more. */
static int
more(struct reader *r, bool wait, struct err *e)
{
	struct json_read *j = &r->json;

	if (j->gate.open && r->scan > RECORD_MAX)
		j->skipping = true;
	if (!j->gate.open || j->skipping)
		reader_take(r, r->scan);
	return reader_fill(r, wait, e);
}

static int
record(struct reader *r, struct arena *a, struct rec *rec, struct err *e)
{
	struct json_read *j = &r->json;
	int rc = 0;

	memset(rec, 0, sizeof *rec);
	rec->line = j->line;
	if (j->skipping || r->scan > RECORD_MAX) {
		rec->raw = "";
		rec_spoilt(a, rec, "too-large", "is larger than 16 MiB");
	} else {
		rec->raw = arena_dupn(a, r->data + r->pos, r->scan);
		rec->raw_n = r->scan;
	}
	reader_take(r, r->scan);
	if (rec->fault == NULL)
		rc = json_rec(a, &j->shapes, &j->scratch, rec, e);
	j->skipping = false;
	return rc < 0 ? -1 : READ_REC;
}

int
json_next(struct reader *r, struct arena *a, bool wait, struct rec *rec,
    struct err *e)
{
	struct json_read *j = &r->json;
	enum gate_event event;
	size_t used;
	int rc;

	for (;;) {
		event = gate_scan(&j->gate, r->data + r->pos + r->scan,
		    r->end - r->pos - r->scan, &used);
		r->scan += used;
		if (event == GATE_MORE) {
			rc = more(r, wait, e);
			if (rc == READ_REC)
				continue;
			if (rc != READ_END)
				return rc;
			event = gate_end(&j->gate);
			if (event == GATE_MORE)
				return READ_END;
		}
		if (event == GATE_BAD)
			return not_json(r, e);
		if (event == GATE_CLOSE)
			return record(r, a, rec, e);
		reader_take(r, r->scan);
		j->line = r->line;
	}
}
