/* mustache_spec.c - run the cases of the Mustache specification
 *
 * usage: mustache_spec [file.json ...]; without files, all of the folder
 * suite-mustache in $ORDER_REAL_DATA, or nothing when there is none.
 */
#include <glob.h>

#include <order/template.h>

static int passed, failed;

static const char *
text_of(const cJSON *test, const char *name)
{
	const char *s = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(test, name));

	return s != NULL ? s : "";
}

struct run {
	struct arena mem;
	const cJSON *partials;
};

static int
partial(void *arg, const char *name, const struct template **t, struct err *e)
{
	struct run *run = arg;
	const char *s = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(run->partials, name));

	if (s == NULL)
		return 0;
	*t = template_read(&run->mem, s, strlen(s), e);
	return *t != NULL ? 1 : -1;
}

static void
run_case(const char *file, cJSON *test)
{
	struct run run = { ARENA_INIT,
	    cJSON_GetObjectItemCaseSensitive(test, "partials") };
	struct template_opts opts = { .escape = true, .partial = partial,
	    .arg = &run };
	const char *text = text_of(test, "template");
	const char *expected = text_of(test, "expected");
	struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	const struct template *t = template_read(&run.mem, text, strlen(text),
	    &e);

	if (t != NULL && template_render(t,
	    cJSON_GetObjectItemCaseSensitive(test, "data"), &opts, &out,
	    &e) == 0 && strcmp(out.data, expected) == 0) {
		passed++;
	} else {
		failed++;
		printf("%s: %s: expected '%s', got '%s' %s\n", file,
		    text_of(test, "name"), expected, out.data, e.text);
	}
	buf_release(&out);
	arena_release(&run.mem);
}

static void
run_file(const char *file)
{
	struct buf text = BUF_INIT;
	FILE *f = fopen(file, "r");
	cJSON *suite, *test, *tests;
	size_t n;

	if (f == NULL) {
		perror(file);
		exit(2);
	}
	do {
		n = fread(buf_room(&text, 65536), 1, 65536, f);
		text.n += n;
		text.data[text.n] = '\0';
	} while (n > 0);
	fclose(f);
	suite = cJSON_Parse(text.data);
	tests = cJSON_GetObjectItemCaseSensitive(suite, "tests");
	if (!cJSON_IsArray(tests)) {
		fprintf(stderr, "%s: not a list of tests\n", file);
		exit(2);
	}
	cJSON_ArrayForEach(test, tests)
		run_case(file, test);
	cJSON_Delete(suite);
	buf_release(&text);
}

int
main(int argc, char **argv)
{
	const char *folder = getenv("ORDER_REAL_DATA");
	struct buf pattern = BUF_INIT;
	glob_t found = { 0 };
	size_t j;
	int i;

	for (i = 1; i < argc; i++)
		run_file(argv[i]);
	if (argc == 1 && folder != NULL) {
		buf_printf(&pattern, "%s/suite-mustache/*.json", folder);
		if (glob(pattern.data, 0, NULL, &found) == 0)
			for (j = 0; j < found.gl_pathc; j++)
				run_file(found.gl_pathv[j]);
		globfree(&found);
		buf_release(&pattern);
	}
	if (passed + failed == 0) {
		printf("skipped: no suite-mustache in $ORDER_REAL_DATA\n");
		return 0;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0 ? 1 : 0;
}
