/* Maps: what a map may say, and what it makes of records. */

#include "mapped.h"

/* ---- what a map may say ---- */

static const struct map_case grammar[] = {
	{ "nothing", "# only a comment\n", "",
	    "78 a.map:1: it fills no column" },
	{ "no such column", "skus = A\n", "", "78 a.map:1: \"skus\" is"
	    " no column of an order (did you mean sku?)" },
	{ "twice", "sku = A\nsku = B\n", "",
	    "78 a.map:2: sku is there twice" },
	{ "neither setting nor rule", "frob it\n", "", "78 a.map:1:"
	    " \"frob\" is neither a setting nor followed by \"=\"" },
	{ "a source is missing", "sku =\n", "",
	    "78 a.map:1: the name of a column is missing" },
	{ "after a comma, too", "sku = A,\n", "",
	    "78 a.map:1: the name of a column is missing" },
	{ "a quote is not closed", "sku = \"A\n", "",
	    "78 a.map:1: a \" is not closed" },
	{ "no such filter", "sku = A | frob\n", "", "78 a.map:1:"
	    " \"frob\" is none of values, date, number, minor, per,"
	    " strip, strip-end, split, upper, lower, country, sum and"
	    " join" },
	{ "a filter has too little", "sku = A | strip\n", "",
	    "78 a.map:1: strip: too little behind it" },
	{ "or too much", "sku = A | upper \"x\"\n", "",
	    "78 a.map:1: upper: too much behind it" },
	{ "split by what number", "sku = A | split \",\" x\n", "",
	    "78 a.map:1: \"x\" is no number that fits here" },
	{ "a date where none fits", "sku = A | date \"%Y\"\n", "",
	    "78 a.map:1: sku takes no date" },
	{ "per what", "unit_price = A | per box\n", "", "78 a.map:1:"
	    " per what? only \"per quantity\" is known" },
	{ "a table without =", "sku = A | values x y\n", "",
	    "78 a.map:1: values: \"=\" is missing behind \"x y\"" },
	{ "more than was expected", "sku = A | upper | lower) x\n", "",
	    "78 a.map:1: \"lower)\" is none of values, date, number,"
	    " minor, per, strip, strip-end, split, upper, lower,"
	    " country, sum and join" },
};

static void
test_grammar(void **state)
{
	(void)state;
	RUN(grammar);
}

static void
test_settings(void **state)
{
	static const struct map_case cases[] = {
		{ "no such format", "format xml\n", "",
		    "78 a.map:1: format: \"xml\" is neither csv nor json" },
		{ "format comes first", "sku = A\nformat json\n", "",
		    "78 a.map:2: format must come before any column" },
		{ "rows to fill are of CSV", "format json\nfill a\nsku = a\n",
		    "", "78 a.map:2: a map with \"format json\" has no rows"
		    " to fill" },
		{ "paths are for JSON", "lines items\n", "", "78 a.map:1: only"
		    " a map with \"format json\" has paths" },
		{ "no path", "format json\norders a[0].b\n", "",
		    "78 a.map:2: \"a[0].b\" is no path such as"
		    " payload.Orders" },
		{ "an index that is none", "format json\nsku = a[-1].b\n", "",
		    "78 a.map:2: \"a[-1].b\" is no path such as a.b, a[0].b"
		    " or a[].b" },
		{ "a name that is missing", "format json\nsku = a..b\n", "",
		    "78 a.map:2: \"a..b\" is no path such as a.b, a[0].b or"
		    " a[].b" },
		{ "a list must be gathered", "format json\nsku = a[].b\n", "",
		    "78 a.map:2: a list needs | sum or | join" },
		{ "and nothing else", "format json\nshipping = a | sum\n", "",
		    "78 a.map:2: sum and join take one list, such as"
		    " fees[].amount" },
		{ "a mark of two", "decimal ,,\nsku = A\n", "",
		    "78 a.map:1: decimal: \",,\" is not one character, nor"
		    " comma, semicolon, tab, pipe, point, blank or"
		    " apostrophe" },
		{ "the same mark twice", "decimal comma\nthousands ,\n"
		    "sku = A\n", "", "78 a.map:3: decimal and thousands are"
		    " the same mark" },
		{ "no such encoding", "sku = A\nencoding klingon\n", "",
		    "78 a.map:2: encoding: \"klingon\" is not known (see:"
		    " iconv -l)" },
		{ "no such zone", "timezone Mars/Base\n", "",
		    "78 a.map:1: timezone: \"Mars/Base\" is not known" },
		{ "skip what", "skip columns where A is \"x\"\n", "",
		    "78 a.map:1: skip what? rows or orders" },
		{ "skip where", "skip rows if A is \"x\"\n", "",
		    "78 a.map:1: \"where\" is missing" },
		{ "skip when", "skip rows where A = x\n", "",
		    "78 a.map:1: \"is\" or \"begins\" is missing" },
		{ "a header with a gap", "header A,,B\n", "",
		    "78 a.map:1: header: the name of column 2 is missing" },
	};

	(void)state;
	RUN(cases);
}

/* ---- where a value comes from ---- */

static void
test_sources(void **state)
{
	static const struct map_case cases[] = {
		{ "renamed", "sku = Item No\nquantity = Qty\n",
		    "Qty,Item No\n2,A\n", "2: quantity=2 sku=A\n" },
		{ "case and blanks are no matter", "sku = item no\n",
		    " Item No ,b\nA,\n", "2: sku=A\n" },
		{ "a constant", "channel = \"web, shop\"\nsku = A\n", "A\nx\n",
		    "2: channel=web, shop sku=x\n" },
		{ "the first that is not blank", "sku = A, B, \"none\"\n",
		    "A,B\n1,2\n,3\n,\n",
		    "2: sku=1\n3: sku=3\n4: sku=none\n" },
		{ "blanks alone are blank", "sku = A, B\nemail = C | values"
		    " \"x y\" = z\n", "A,B,C\n \xc2\xa0,2, X y \n",
		    "2: sku=2 email=z\n" },
		{ "together", "sku = A + \"-\" + B\n",
		    "A,B\n1,2\n1,\n,2\n,\n",
		    "2: sku=1-2\n3: sku=1\n4: sku=2\n5: sku=\n" },
		{ "a constant at an end needs what is beside it",
		    "sku = \"no. \" + A + \"!\"\n", "A,B\n1,\n,x\n",
		    "2: sku=no. 1!\n3: sku=\n" },
		{ "a name with marks in it", "sku = 'A, B | c''d'\n",
		    "\"A, B | c'd\"\nx\n", "2: sku=x\n" },
		{ "not there", "sku = A, B\n", "A,C\n1,2\n", "65 in: header:"
		    " there is no column 'B', which the map a.map needs (mark"
		    " it with ? when files may lack it)" },
		{ "not needed", "sku = A, B?\n", "A,C\n,2\n", "2: sku=\n" },
		{ "needed by another rule", "sku = A?\nemail = A\n",
		    "B\n2\n", "65 in: header: there is no column 'A', which"
		    " the map a.map needs (mark it with ? when files may lack"
		    " it)" },
		{ "one of two", "sku = A?, B?\n", "B\n2\n", "2: sku=2\n" },
		{ "none of two", "sku = A?, B?\n", "C\n2\n", "65 in: header:"
		    " there is none of the columns that the map a.map has for"
		    " sku" },
		{ "twice in the header", "sku = A\n", "A,a \n1,2\n",
		    "65 in: header: column 'A' is there twice" },
		{ "twice, but not asked for", "sku = B\n", "A,a ,B\n1,2,3\n",
		    "2: sku=3\n" },
		{ "a rule on two lines", "sku = A |\n  upper\n", "A\nx\n",
		    "2: sku=X\n" },
		{ "without a header", "header Ref, Sku , Qty\nsku = Sku\n"
		    "quantity = Qty\n", "1,A,2\n", "1: quantity=2 sku=A\n" },
	};

	(void)state;
	RUN(cases);
}

/* ---- rows ---- */

#define SHOP "channel = \"web\"\nexternal_ref = Ref\nemail = Mail\n" \
	"sku = Item\n"
#define ROW(n, channel, ref, mail, sku) #n ": channel=" channel \
	" external_ref=" ref " email=" mail " sku=" sku "\n"

static void
test_rows(void **state)
{
	static const struct map_case cases[] = {
		{ "constants do not begin an order", SHOP,
		    "Ref,Mail,Item\n1,a,A\n,,B\n2,b,C\n",
		    ROW(2, "web", "1", "a", "A") ROW(3, "", "", "", "B")
		    ROW(4, "web", "2", "b", "C") },
		{ "the first row begins one whatever it says", SHOP,
		    "Ref,Mail,Item\n,,A\n,,B\n",
		    ROW(2, "web", "", "", "A") ROW(3, "", "", "", "B") },
		{ "filled from above", SHOP "fill Ref, Mail\n",
		    "Ref,Mail,Item\n1,a,A\n,,B\n2,,C\n",
		    ROW(2, "web", "1", "a", "A") ROW(3, "web", "1", "a", "B")
		    ROW(4, "web", "2", "a", "C") },
		{ "rows to skip", SHOP "skip rows where Item is \"Tip\","
		    " \"gift\"\n", "Ref,Mail,Item\n1,a,tip\n1,,B\n,,Gift\n"
		    "2,b,A\n", ROW(2, "web", "1", "a", "")
		    ROW(3, "web", "1", "", "B") ROW(5, "web", "2", "b", "A")
		    "2: Item is \"Tip\", \"gift\"\n" },
		{ "orders to skip, with all their rows", SHOP
		    "skip orders where Mail begins \"x\"\n",
		    "Ref,Mail,Item\n1,xa,A\n1,,B\n,,C\n2,b,D\n,,E\n3,xc,F\n",
		    ROW(5, "web", "2", "b", "D") ROW(6, "", "", "", "E")
		    "4: Mail begins \"x\"\n" },
		{ "what a skipped row says of its order counts", SHOP
		    "requested_on = On | date \"%Y-%m-%d\"\n"
		    "quantity = Qty | values one = 1\n"
		    "skip rows where Item is \"Tip\"\n",
		    "Ref,Mail,On,Qty,Item\n1,a,soon,two,Tip\n"
		    "2,b,2026-01-02,two,Tip\n",
		    "2: quantity= channel=web external_ref=1 email=a sku="
		    " requested_on= !not-a-date(requested_on)\n"
		    "\t\"soon\" is not like %Y-%m-%d\n"
		    "3: quantity= channel=web external_ref=2 email=b sku="
		    " requested_on=2026-01-02\n2: Item is \"Tip\"\n" },
		{ "half of an order to skip", SHOP
		    "skip orders where Item is \"X\"\n",
		    "Ref,Mail,Item\n1,a,A\n1,,X\n2,b,X\n2,b,A\n",
		    ROW(2, "web", "1", "a", "A")
		    "3: channel=web external_ref=1 email= sku=X"
		    " !order-columns-differ()\n\torders where Item is \"X\""
		    " are skipped, but this order's row above is not of"
		    " them\n2: Item is \"X\"\n" },
		{ "what is blank, what is not", SHOP
		    "skip orders where Mail is blank\n"
		    "skip rows where Item is not \"A\"\n"
		    "skip orders where 'Ref' is not blank\n",
		    "Ref,Mail,Item\n1,,A\n,b,B\n3,c,A\n",
		    ROW(3, "web", "", "b", "") "1: Mail is blank\n"
		    "1: Item is not \"A\"\n1: 'Ref' is not blank\n" },
		{ "a ragged row keeps its fault", SHOP,
		    "Ref,Mail,Item\n1,a\n", "2: channel=web external_ref=1"
		    " email=a sku= !ragged()\n\trow has 2 cells, the header"
		    " has 3: was a value cut, or are cells missing?\n" },
	};

	(void)state;
	RUN(cases);
}

/* ---- JSON ---- */

#define API "format json\norders d.o\nlines i\nchannel = \"api\"\n" \
	"external_ref = id\nemail = who.mail, who.other[1].mail\n" \
	"shipping = fees[].n | sum\nsku = art.code\nquantity = n\n"
#define LINE(sku, n) "{\"quantity\":\"" n "\",\"sku\":\"" sku "\"}"
#define ORDER(n, id, mail, fees, lines) #n ": channel=api external_ref=" \
	id " email=" mail " shipping=" fees " lines@[" lines "]"

static void
test_json(void **state)
{
	static const struct map_case cases[] = {
		{ "paths", API, "{\"d\":{\"o\":[{\"id\":7,\"who\":{\"mail\":"
		    "\"a@b\"},\"fees\":[{\"n\":1.5},{\"n\":\"2\"},{}],"
		    "\"i\":[{\"art\":{\"code\":\"A\"},\"n\":2},"
		    "{\"art\":{\"code\":\"B\\u00e9\"},\"n\":\"0.5\"}]}]}}",
		    ORDER(1, "7", "a@b", "3.5", LINE("A", "2") ","
		    LINE("Bé", "0.5")) "\n" },
		{ "what is not there is blank", API, "{\"d\":{\"o\":["
		    "{\"id\":null,\"who\":3},"
		    "{\"who\":{\"other\":[{},{\"mail\":\"x\"}]},\"i\":{}},"
		    "{\"i\":[{\"art\":[]}]}]}}",
		    ORDER(1, "", "", "", "") "\n" ORDER(1, "", "x", "", "")
		    "\n" ORDER(1, "", "", "", "{}") "\n" },
		{ "a line that is none", API,
		    "{\"d\":{\"o\":[{\"i\":[5]}]}}",
		    ORDER(1, "", "", "", "{}") UNFIT("not-an-object", "lines",
		    "is not an object") },
		{ "a fee that is no number", API,
		    "{\"d\":{\"o\":[{\"fees\":[{\"n\":\"x\"}]}]}}",
		    ORDER(1, "", "", "", "") UNFIT("not-a-number", "shipping",
		    "\"x\" cannot be added up") },
		{ "rows and orders to skip", API
		    "skip rows where n is \"0\"\nskip orders where s is \"x\""
		    "\n", "{\"d\":{\"o\":[{\"s\":\"x\",\"i\":[{\"n\":0}]},"
		    "{\"id\":1,\"i\":[{\"n\":0},{\"n\":1}]}]}}",
		    ORDER(1, "1", "", "", "{\"quantity\":\"1\"}") "\n"
		    "1: n is \"0\"\n1: s is \"x\"\n" },
		{ "an object is no text", "format json\nsku = a\nemail = b.c\n"
		    "shipping = d[] | sum\n", "{\"a\":{\"b\":1}}\n{\"a\":1,"
		    "\"b\":{\"c\":[2]}}\n{\"d\":[1,[2]]}\n{\"a\":[],\"b\":"
		    "{\"c\":{ }},\"d\":[]}",
		    "1: sku= email= shipping=" UNFIT("wrong-type", "sku",
		    "is neither text nor a number") "2: sku=1 email="
		    " shipping=" UNFIT("wrong-type", "email",
		    "is neither text nor a number") "3: sku= email= shipping="
		    UNFIT("not-a-number", "shipping",
		    "\"[2]\" cannot be added up") "4: sku= email= shipping=\n" },
		{ "flat objects", "format json\nsku = a.b[0]\nemail = m[] |"
		    " join \"; \"\n", "{\"a\":{\"b\":[\"x\",\"y\"]},\"m\":"
		    "[\"p\",\"\",\"q\"]}\n{}", "1: sku=x email=p; q\n"
		    "2: sku= email=\n" },
		{ "a number of too many digits", "format json\nsku = a.b\n"
		    "email = c\n", "{\"a\":{\"b\":1234567890.123456},"
		    "\"c\":\"1234567890123456\"}", "1: sku="
		    " email=1234567890123456" UNFIT("inexact-number", "sku",
		    "has over 15 digits: write it as a string") },
		{ "a fault of theirs stays", "format json\nsku = a\n",
		    "{\"a\":1,\"b\":2,\"b\":3}", "1: sku=1"
		    " !duplicate-key(b)\n\tis a duplicate key\n" },
	};

	(void)state;
	RUN(cases);
}

/* The order of the columns is that of the rules, the lines' last. */
static void
test_counting_anew(void **state)
{
	static const char text[] = "external_ref = A\nsku = B\n"
	    "skip rows where B is \"x\"\n";
	static const char *const names[] = { "A", "B" };
	const struct head head = { 2, names };
	const char *rows[3][2] = { { "1", "x" }, { "", "x" }, { "2", "y" } };
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	const struct map *map = map_read(&mem, "m", text, columns, NCOLUMNS,
	    "external_ref", &e);
	const struct map_skip *skips;
	struct mapper *m;
	struct rec out;

	(void)state;
	assert_non_null(map);
	m = mapper_open(map);
	mapper_begin(m);
	for (int i = 0; i < 3; i++) {
		struct rec r = { .head = &head, .values = rows[i] };

		assert_int_equal(mapper_map(m, &mem, &r, "in", &out, &e),
		    i != 1);
	}
	assert_int_equal(mapper_skips(m, &skips), 1);
	assert_int_equal(skips[0].rows, 2);
	assert_int_equal(skips[0].kept, 1);
	mapper_recount(m, false);
	assert_int_equal(skips[0].rows, 1);
	mapper_recount(m, true);
	assert_int_equal(skips[0].rows, 0);
	mapper_close(m);
	mapper_close(NULL);
	arena_release(&mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_counting_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
