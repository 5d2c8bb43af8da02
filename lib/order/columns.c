/* columns.c - the names and kinds of all columns
 *
 * Knows names only; what a value means is normalise.c's business. */

#include <order/columns.h>
#include <order/text.h>

#define COLUMN_ROW(id, name, kind, scanned) { name, kind, scanned },

const struct column order_columns[] = { ORDER_COLUMNS(COLUMN_ROW) };
const struct column line_columns[] = { LINE_COLUMNS(COLUMN_ROW) };

const char *const reject_columns[REJECT_NCOLUMNS] = {
	"error_code", "error_field", "error", "source_line"
};

const char *const stream_columns[STREAM_NCOLUMNS] = {
	"ref", "external_ref", "channel", "customer", "customer_name", "status",
	"held", "stock", "ack", "ship", "received_at", "ack_due_at",
	"processing_on", "delivery_on", "currency", "total", "revision",
	"result", "reason"
};

static int
find(const struct column *columns, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(columns[i].name, name) == 0)
			return i;
	return -1;
}

int
order_column_find(const char *name)
{
	return find(order_columns, ORDER_NCOLUMNS, name);
}

int
line_column_find(const char *name)
{
	return find(line_columns, LINE_NCOLUMNS, name);
}

bool
is_reject_column(const char *name)
{
	for (int i = 0; i < REJECT_NCOLUMNS; i++)
		if (strcmp(reject_columns[i], name) == 0)
			return true;
	return false;
}

bool
is_secret_column(const char *name, size_t n)
{
	static const char *const secrets[] = {
		"csc", "securitycode", "cardsecuritycode", "track", "track1",
		"track2", "trackdata"
	};
	char plain[32];
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		char c = name[i] >= 'A' && name[i] <= 'Z' ?
		    (char)(name[i] | 0x20) : name[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9'))
			continue;
		if (len + 1 == sizeof(plain))
			return false;
		plain[len++] = c;
	}
	plain[len] = '\0';
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (strcmp(plain, secrets[i]) == 0)
			return true;
	return strstr(plain, "cvv") != NULL || strstr(plain, "cvc") != NULL;
}

const char *
column_nearest(const char *name)
{
	const char *all[ORDER_NCOLUMNS + LINE_NCOLUMNS];
	size_t n = 0;

	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		all[n++] = order_columns[i].name;
	for (int i = 0; i < LINE_NCOLUMNS; i++)
		all[n++] = line_columns[i].name;
	return text_nearest(name, all, n);
}

bool
country_known(const char *code)
{
	static const char codes[] =
	    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ "
	    "BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
	    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ "
	    "DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR "
	    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY "
	    "HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
	    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY "
	    "MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ "
	    "NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR "
	    "PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN "
	    "SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
	    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

	if (strlen(code) != 2)
		return false;
	for (const char *p = codes; *p != '\0'; p += 3)
		if (p[0] == code[0] && p[1] == code[1])
			return true;
	return false;
}
