/* tables.c - print the program's tables for the tests that compare them with
 * the manual
 *
 * usage: tables order|line|stream|rejects|reasons|rules|load|templates|
 *     answers|by-rule|events
 */
#include <stdio.h>
#include <string.h>

#include <order/answers.h>
#include <order/load.h>
#include <order/message.h>
#include <order/policy.h>
#include <order/update.h>
#include <order/verdict.h>

static const char *const kinds[] = {
	[COL_KEY] = "key", [COL_LINE] = "line", [COL_TEXT] = "text",
	[COL_INSTANT] = "instant", [COL_DATE] = "date",
	[COL_AMOUNT] = "amount", [COL_PRICE] = "price",
	[COL_QUANTITY] = "quantity", [COL_COUNTRY] = "country",
	[COL_CURRENCY] = "currency", [COL_LANGUAGE] = "language",
	[COL_LAST4] = "last4", [COL_NUMBER] = "number"
};

static void
print_columns(const struct column *c, int n)
{
	for (int i = 0; i < n; i++)
		printf("%s (%s)\n", c[i].name, kinds[c[i].kind]);
}

static void
print_names(const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		puts(names[i]);
}

static void
print_reasons(void)
{
	for (int i = 0; i < nreasons; i++)
		printf("%s: %s\n", reasons[i].code, reasons[i].meaning);
}

static void
print_rules(void)
{
	for (int i = 0; i < NRULES; i++)
		printf("rule.%s (%s, %s)\n", rule_defs[i].name,
		    rule_defs[i].hold, severity_text(rule_defs[i].severity));
}

static void
print_load(void)
{
	for (int i = 0; i < nload_kinds; i++) {
		printf("%s:", load_kinds[i].name);
		for (int k = 0; k < load_kinds[i].ncolumns; k++)
			printf(" %s", load_kinds[i].columns[k].name);
		putchar('\n');
	}
}

static void
print_key(void *arg, const char *list, const char *key, const char *kind)
{
	(void)arg;
	printf("%s: %s (%s)\n", list, key, kind);
}

/* What fits each hold. */
static void
print_answers(void)
{
	for (int i = 0; i < ANSWER_NHOLDS; i++) {
		printf("%s:", answer_holds[i]);
		for (int w = 0; w < ANSWER_NWORDS; w++)
			if (answer_fits(answer_holds[i],
			    (enum answer_word)w) != FITS_NOT)
				printf(" %s", answer_words[w]);
		putchar('\n');
	}
}

/* The rules whose findings each word ends that does not end all of them. */
static void
print_by_rule(void)
{
	for (int w = 0; w < ANSWER_NWORDS; w++) {
		int n = 0;

		for (int i = 0; i < NRULES; i++)
			n += answer_fits_rule(rule_defs[i].name,
			    (enum answer_word)w);
		if (n == 0 || n == NRULES)
			continue;
		printf("%s:", answer_words[w]);
		for (int i = 0; i < NRULES; i++)
			if (answer_fits_rule(rule_defs[i].name,
			    (enum answer_word)w))
				printf(" %s", rule_defs[i].name);
		putchar('\n');
	}
}

int
main(int argc, char **argv)
{
	const char *which = argc == 2 ? argv[1] : "";

	if (strcmp(which, "order") == 0)
		print_columns(order_columns, ORDER_NCOLUMNS);
	else if (strcmp(which, "line") == 0)
		print_columns(line_columns, LINE_NCOLUMNS);
	else if (strcmp(which, "stream") == 0)
		print_names(stream_columns, STREAM_NCOLUMNS);
	else if (strcmp(which, "rejects") == 0)
		print_names(reject_columns, REJECT_NCOLUMNS);
	else if (strcmp(which, "reasons") == 0)
		print_reasons();
	else if (strcmp(which, "rules") == 0)
		print_rules();
	else if (strcmp(which, "load") == 0)
		print_load();
	else if (strcmp(which, "templates") == 0)
		message_keys(print_key, NULL);
	else if (strcmp(which, "answers") == 0)
		print_answers();
	else if (strcmp(which, "by-rule") == 0)
		print_by_rule();
	else if (strcmp(which, "events") == 0)
		for (size_t i = 0; update_event(i) != NULL; i++)
			puts(update_event(i));
	else
		return 64;
	return 0;
}
