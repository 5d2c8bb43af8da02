/* figures.c - a list of figures, shares and percentiles
 *
 * Knows nothing of orders, nor how a figure is shown. */

#include "figures_parts.h"

static struct figure *
add(struct figures *f, const char *section, const char *name,
    const char *key, const char *subkey, enum unit unit)
{
	f->list = arena_grow(f->mem, f->list, f->n, &f->cap, sizeof(*f->list));
	f->list[f->n] = (struct figure){ .section = section, .name = name,
	    .key = key[0] != '\0' ? arena_dup(f->mem, key) : "",
	    .subkey = subkey[0] != '\0' ? arena_dup(f->mem, subkey) : "",
	    .unit = unit, .known = true, .text = "" };
	return &f->list[f->n++];
}

struct figure *
figure_count(struct figures *f, const char *section, const char *name,
    const char *key, const char *subkey, int64_t more)
{
	struct figure *x = NULL;

	for (size_t i = 0; i < f->n && x == NULL; i++)
		if (strcmp(f->list[i].name, name) == 0 &&
		    strcmp(f->list[i].key, key) == 0 &&
		    strcmp(f->list[i].subkey, subkey) == 0 &&
		    strcmp(f->list[i].section, section) == 0)
			x = &f->list[i];
	if (x == NULL)
		x = add(f, section, name, key, subkey, UNIT_COUNT);
	x->value += more;
	return x;
}

struct figure *
figure_put(struct figures *f, const char *section, const char *name,
    const char *key, enum unit unit, int64_t value)
{
	struct figure *x = add(f, section, name, key, "", unit);

	x->value = value;
	return x;
}

void
figure_text(struct figures *f, const char *section, const char *name,
    const char *text)
{
	struct figure *x = add(f, section, name, "", "", UNIT_TEXT);

	x->text = arena_dup(f->mem, text);
	x->known = text[0] != '\0';
}

int64_t
share_tenths(int64_t part, int64_t whole)
{
	int64_t n;

	if (whole <= 0)
		return -1;
	/* thousandths of quantities may be many */
	while (whole > INT64_MAX / 4000) {
		whole /= 2;
		part /= 2;
	}
	n = (part * 2000 + whole) / (2 * whole);
	return n == 1000 && part < whole ? 999 : n == 0 && part > 0 ? 1 : n;
}

struct figure *
figure_share(struct figures *f, const char *section, const char *name,
    const char *key, int64_t part, int64_t whole)
{
	struct figure *x = add(f, section, name, key, "", UNIT_SHARE);

	x->part = part;
	x->whole = whole;
	x->value = share_tenths(part, whole);
	x->known = whole > 0;
	return x;
}

static void
put_minutes(struct figures *f, const char *section, const char *name,
    const char *key, int64_t minutes)
{
	struct figure *x = add(f, section, arena_dup(f->mem, name), key, "",
	    UNIT_MINUTES);

	x->known = minutes >= 0;
	x->value = minutes;
}

void
figure_spread(struct figures *f, const char *section, const char *name,
    const char *key, const struct spread *sp, bool tail)
{
	put_minutes(f, section, arena_printf(f->mem, "%s_minutes_median",
	    name), key, spread_at(sp, 50));
	if (tail)
		put_minutes(f, section, arena_printf(f->mem,
		    "%s_minutes_p95", name), key, spread_at(sp, 95));
}

static int
by_keys(const void *p, const void *q)
{
	const struct figure *a = p, *b = q;
	int n = strcmp(a->name, b->name);

	if (n == 0)
		n = strcmp(a->key, b->key);
	return n != 0 ? n : strcmp(a->subkey, b->subkey);
}

void
figures_add_sorted(struct figures *f, struct figures *tally)
{
	if (tally->n > 0)
		qsort(tally->list, tally->n, sizeof(*tally->list), by_keys);
	for (size_t i = 0; i < tally->n; i++) {
		struct figure *x = add(f, "", "", "", "", UNIT_COUNT);

		*x = tally->list[i];
	}
}

const struct figure *
figure_find(const struct figures *f, const char *section, const char *name,
    const char *key)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->list[i].section, section) == 0 &&
		    strcmp(f->list[i].name, name) == 0 &&
		    strcmp(f->list[i].key, key) == 0)
			return &f->list[i];
	return NULL;
}

/* ---- durations ---- */

enum { DAY_MINUTES = 1440, NMINUTES = SPREAD_DAYS * DAY_MINUTES,
	NDAYS = PERIOD_DAYS };

static uint32_t *
zeroes(size_t n)
{
	uint32_t *p = xmalloc(n * sizeof(*p));

	memset(p, 0, n * sizeof(*p));
	return p;
}

void
spread_add(struct spread *sp, int64_t seconds)
{
	int64_t minutes = seconds < 0 ? 0 : seconds / 60;
	int64_t days = minutes / DAY_MINUTES;

	if (sp->minutes == NULL) {
		sp->minutes = zeroes(NMINUTES);
		sp->days = zeroes(NDAYS);
	}
	if (minutes < NMINUTES)
		sp->minutes[minutes]++;
	else
		sp->days[days < NDAYS ? days : NDAYS - 1]++;
	sp->n++;
}

void
spread_release(struct spread *sp)
{
	free(sp->minutes);
	free(sp->days);
	*sp = (struct spread){ 0 };
}

int64_t
spread_at(const struct spread *sp, int percent)
{
	int64_t rank = (sp->n * percent + 99) / 100, seen = 0;

	if (sp->n == 0)
		return -1;
	for (int64_t i = 0; i < NMINUTES; i++)
		if ((seen += sp->minutes[i]) >= rank)
			return i;
	for (int64_t i = SPREAD_DAYS; i < NDAYS; i++)
		if ((seen += sp->days[i]) >= rank)
			return i * DAY_MINUTES;
	return (int64_t)(NDAYS - 1) * DAY_MINUTES;
}
