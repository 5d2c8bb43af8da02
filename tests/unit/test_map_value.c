/* Maps: what becomes of a value. */

#include "mapped.h"

#define REF(filters) "external_ref = A | " filters "\n"
#define AT(filters) "received_at = A | " filters "\n"
#define PRICE(filters) "unit_price = A | " filters "\n"

static void
test_filters(void **state)
{
	static const struct map_case cases[] = {
		{ "stripped", REF("strip \"#\" \"No. \""),
		    "A\n#17\nNo. 18\n19\n", "2: external_ref=17\n"
		    "3: external_ref=18\n4: external_ref=19\n" },
		{ "stripped at the end", REF("strip-end \".0\""),
		    "A\n17.0\n17.00\n", "2: external_ref=17\n"
		    "3: external_ref=17.00\n" },
		{ "split", REF("split \", \" 2"), "A\n\"1, 2, 3\"\n1\n",
		    "2: external_ref=2\n3: external_ref=\n" },
		{ "split from the end", REF("split \"/\" -1"), "A\n1/2/3\n",
		    "2: external_ref=3\n" },
		{ "case", REF("upper"), "A\naé\n", "2: external_ref=Aé\n" },
		{ "lower", REF("lower"), "A\nAÉ\n", "2: external_ref=aÉ\n" },
		{ "a table", REF("values paid = prepaid, \"on, credit\" ="
		    " invoice"), "A\nPaid\n\"on, credit\"\nx\n\"\"\n",
		    "2: external_ref=prepaid\n3: external_ref=invoice\n"
		    "4: external_ref=" UNFIT("not-in-map", "external_ref",
		    "\"x\" is not in the map's table") "5: external_ref=\n" },
		{ "a table with an end", REF("values a = b, else = c"),
		    "A\na\nx\n", "2: external_ref=b\n3: external_ref=c\n" },
		{ "a table that leaves others", REF("values a = b, \"\" = d,"
		    " else = same"), "A\na\nx\n\"\"\n", "2: external_ref=b\n"
		    "3: external_ref=x\n4: external_ref=d\n" },
		{ "one after another", REF("strip \"'\" | split \"-\" 1 |"
		    " values 01 = x"), "A\n'01-2\n", "2: external_ref=x\n" },
		{ "countries", REF("country"), "A\nGermany\nunited kingdom\n"
		    "FR\nAtlantis\n", "2: external_ref=DE\n"
		    "3: external_ref=GB\n4: external_ref=FR\n"
		    "5: external_ref=" UNFIT("not-a-country", "external_ref",
		    "\"Atlantis\" is not the English name of a country") },
	};

	(void)state;
	RUN(cases);
}

static void
test_dates(void **state)
{
	static const struct map_case cases[] = {
		{ "with an offset", AT("date \"%Y-%m-%d %H:%M:%S %z\""),
		    "A\n2026-11-22 04:00:00 -0500\n2026-11-22 04:00:00 Z\n"
		    "2026-11-22 04:00:00 +05:30\n",
		    "2: received_at=2026-11-22T09:00:00Z\n"
		    "3: received_at=2026-11-22T04:00:00Z\n"
		    "4: received_at=2026-11-21T22:30:00Z\n" },
		{ "by the clocks of a zone, summer and winter",
		    "timezone Europe/Berlin\n" AT("date \"%d.%m.%Y %H:%M\""),
		    "A\n1.7.2026 10:00\n01.12.2026 10:00\n",
		    "2: received_at=2026-07-01T08:00:00Z\n"
		    "3: received_at=2026-12-01T09:00:00Z\n" },
		{ "an hour that is there twice, one that never is",
		    "timezone Europe/Berlin\n" AT("date \"%Y-%m-%d %H:%M\""),
		    "A\n2026-10-25 02:30\n2026-03-29 02:30\n",
		    "2: received_at=2026-10-25T00:30:00Z\n"
		    "3: received_at=2026-03-29T01:00:00Z\n" },
		{ "several formats", AT("date \"%m/%d/%Y\" \"%m/%d/%y\""),
		    "A\n11/22/2026\n11/2/26\n11/22/68\n11/22/69\n",
		    "2: received_at=2026-11-22T00:00:00Z\n"
		    "3: received_at=2026-11-02T00:00:00Z\n"
		    "4: received_at=2068-11-22T00:00:00Z\n"
		    "5: received_at=1969-11-22T00:00:00Z\n" },
		{ "names of months, halves of days",
		    AT("date \"%b %d, %Y %I:%M %p\""),
		    "A\n\"Nov 22, 2026 12:05 AM\"\n\"May 1, 2026 1:05 pm\"\n"
		    "\"September 9, 2026 12:00 PM\"\n",
		    "2: received_at=2026-11-22T00:05:00Z\n"
		    "3: received_at=2026-05-01T13:05:00Z\n"
		    "4: received_at=2026-09-09T12:00:00Z\n" },
		{ "fractions", AT("date \"%Y-%m-%d %H:%M:%S.%f\""),
		    "A\n2026-11-22 10:00:01.123\n",
		    "2: received_at=2026-11-22T10:00:01Z\n" },
		{ "a date", "requested_on = A | date \"%d.%m.%y\"\n",
		    "A\n1.2.27\n", "2: requested_on=2027-02-01\n" },
		{ "days that do not exist", AT("date \"%d.%m.%Y\""),
		    "A\n31.02.2026\n", "2: received_at="
		    UNFIT("not-an-instant", "received_at",
		    "\"31.02.2026\" is not like %d.%m.%Y") },
		{ "more behind it", AT("date \"%Y\" \"%d.%m.%Y\""),
		    "A\n01.02.2026 x\n", "2: received_at="
		    UNFIT("not-an-instant", "received_at", "\"01.02.2026 x\""
		    " has none of the formats the map gives") },
		{ "hours that are none", AT("date \"%d.%m.%Y %H:%M\""),
		    "A\n01.02.2026 24:00\n01.02.2026 1:5\n", "2: received_at="
		    UNFIT("not-an-instant", "received_at",
		    "\"01.02.2026 24:00\" is not like %d.%m.%Y %H:%M")
		    "3: received_at=" UNFIT("not-an-instant", "received_at",
		    "\"01.02.2026 1:5\" is not like %d.%m.%Y %H:%M") },
		{ "blank stays blank", AT("date \"%Y\""), "A,B\n,1\n",
		    "2: received_at=\n" },
	};

	(void)state;
	RUN(cases);
}

static void
test_numbers(void **state)
{
	static const struct map_case cases[] = {
		{ "marks", "decimal comma\nthousands point\nunit_price = A\n",
		    "A\n\"1.234,50\"\n\"12,5\"\n1.234.567\n7\n",
		    "2: unit_price=1234.50\n3: unit_price=12.5\n"
		    "4: unit_price=1234567\n5: unit_price=7\n" },
		{ "marks in the wrong place", "thousands point\n"
		    "decimal comma\nunit_price = A\n", "A\n1.23\n12.3456\n"
		    "1.2345.678\n", "2: unit_price=" UNFIT("not-a-number",
		    "unit_price", "\"1.23\" is not a number with the marks"
		    " the map gives") "3: unit_price=" UNFIT("not-a-number",
		    "unit_price", "\"12.3456\" is not a number with the marks"
		    " the map gives") "4: unit_price=" UNFIT("not-a-number",
		    "unit_price", "\"1.2345.678\" is not a number with the"
		    " marks the map gives") },
		{ "signs and codes of currencies", "thousands comma\n"
		    PRICE("number"), "A\n\"$1,299.00\"\n12.50 EUR\n£ 3\n"
		    "CHF 4\xc2\xa0\n-5\n",
		    "2: unit_price=1299.00\n3: unit_price=12.50\n"
		    "4: unit_price=3\n5: unit_price=4\n6: unit_price=-5\n" },
		{ "what is no number", PRICE("number"), "A\n(5)\n1 2\n1e3\n",
		    "2: unit_price=" UNFIT("not-a-number", "unit_price",
		    "\"(5)\" is not a number") "3: unit_price="
		    UNFIT("not-a-number", "unit_price",
		    "\"1 2\" is not a number") "4: unit_price="
		    UNFIT("not-a-number", "unit_price",
		    "\"1e3\" is not a number") },
		{ "a letter behind it may be a digit or a thousand",
		    PRICE("number"), "A\n1o\n2 k\n3 kr\nR4\n5 l.\n",
		    "2: unit_price=" UNFIT("not-a-number", "unit_price",
		    "\"1o\" is not a number") "3: unit_price="
		    UNFIT("not-a-number", "unit_price",
		    "\"2 k\" is not a number") "4: unit_price=3\n"
		    "5: unit_price=4\n6: unit_price=" UNFIT("not-a-number",
		    "unit_price", "\"5 l.\" is not a number") },
		{ "constants have our marks", "decimal comma\n"
		    "unit_price = A\nquantity = \"1.5\"\n", "A\n\"2,5\"\n",
		    "2: quantity=1.5 unit_price=2.5\n" },
		{ "minor units", "currency = C\n" PRICE("minor"),
		    "C,A\nEUR,1599\nJPY,1599\nKWD,5\n,7\nEUR,1.5\n",
		    "2: currency=EUR unit_price=15.99\n"
		    "3: currency=JPY unit_price=1599\n"
		    "4: currency=KWD unit_price=0.005\n"
		    "5: currency= unit_price=" UNFIT("not-a-number",
		    "unit_price", "\"7\" is in minor units, and the currency"
		    " is not known") "6: currency=EUR unit_price="
		    UNFIT("not-a-number", "unit_price", "\"1.5\" is not a"
		    " whole number of minor units") },
		{ "minor units by number", PRICE("minor 3"), "A\n5\n",
		    "2: unit_price=0.005\n" },
		{ "the price of one", PRICE("per quantity") "quantity = Q\n",
		    "A,Q\n10,4\n10.00,3\n7,1.5\n0,2\n5,0\n5,\n",
		    "2: quantity=4 unit_price=2.5\n"
		    "3: quantity=3 unit_price=3.333333\n"
		    "4: quantity=1.5 unit_price=4.666667\n"
		    "5: quantity=2 unit_price=0\n"
		    "6: quantity=0 unit_price=" UNFIT("not-a-number",
		    "unit_price", "\"5\" cannot be divided by the quantity")
		    "7: quantity= unit_price=" UNFIT("not-a-number",
		    "unit_price", "\"5\" cannot be divided by the quantity") },
		{ "of so many that it does not come out", PRICE("per quantity")
		    "quantity = Q\n", "A,Q\n10,3000000\n",
		    "2: quantity=3000000 unit_price=" UNFIT("not-a-number",
		    "unit_price", "\"10\" divided by the quantity is not the"
		    " same line again") },
	};

	(void)state;
	RUN(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
