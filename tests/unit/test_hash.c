/* test_hash.c - SHA-256 as published, fields kept apart, random bytes */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/hash.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char *
finish(struct hash *h, char hex[HASH_HEX])
{
	uint8_t out[HASH_SIZE];

	hash_end(h, out);
	return hash_hex(out, hex);
}

static void
test_published_values(void **state)
{
	static const struct {
		const char *text, *hex;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1" },
	};
	char hex[HASH_HEX];
	struct hash h;
	size_t i, k;

	(void)state;
	hash_init(&h);
	for (i = 0; i < N(cases); i++) {
		hash_add(&h, cases[i].text, strlen(cases[i].text));
		assert_string_equal(finish(&h, hex), cases[i].hex);
		/* it may be used again, and by pieces */
		for (k = 0; k < strlen(cases[i].text); k++)
			hash_add(&h, cases[i].text + k, 1);
		assert_string_equal(finish(&h, hex), cases[i].hex);
	}
	hash_add(&h, NULL, 0);
	assert_string_equal(finish(&h, hex), cases[0].hex);
}

static void
test_fields_stay_apart(void **state)
{
	char a[HASH_HEX], b[HASH_HEX];
	struct hash h;

	(void)state;
	hash_init(&h);
	hash_text(&h, "a");
	hash_text(&h, "bc");
	finish(&h, a);
	hash_text(&h, "ab");
	hash_text(&h, "c");
	assert_string_not_equal(finish(&h, b), a);
	hash_add(&h, "a\0bc", 5);
	assert_string_equal(finish(&h, b), a);
	hash_text(&h, "");
	assert_string_not_equal(finish(&h, b), finish(&h, a));
}

static void
test_numbers_are_big_endian(void **state)
{
	static const struct {
		int64_t value;
		const char *bytes;
	} cases[] = {
		{ 0, "\0\0\0\0\0\0\0\0" },
		{ 0x0102030405060708, "\1\2\3\4\5\6\7\10" },
		{ -1, "\xff\xff\xff\xff\xff\xff\xff\xff" },
		{ INT64_MIN, "\x80\0\0\0\0\0\0\0" },
	};
	char a[HASH_HEX], b[HASH_HEX];
	struct hash h;
	size_t i;

	(void)state;
	hash_init(&h);
	for (i = 0; i < N(cases); i++) {
		hash_int(&h, cases[i].value);
		finish(&h, a);
		hash_add(&h, cases[i].bytes, 8);
		assert_string_equal(finish(&h, b), a);
	}
}

static void
test_random_bytes(void **state)
{
	unsigned char a[64] = { 0 }, b[64] = { 0 }, big[70000];
	size_t i, zeros = 0;

	(void)state;
	random_bytes(a, 32);
	random_bytes(b, 32);
	assert_memory_not_equal(a, b, 32);
	for (i = 32; i < sizeof(a); i++)
		assert_int_equal(a[i], 0);
	memset(big, 0, sizeof(big));
	random_bytes(big, sizeof(big));
	for (i = 0; i < sizeof(big); i++)
		zeros += big[i] == 0;
	assert_in_range(zeros, 1, 1000);
	random_bytes(a, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_values),
		cmocka_unit_test(test_fields_stay_apart),
		cmocka_unit_test(test_numbers_are_big_endian),
		cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
