/* report_words.c - what the report is made of, in which order and words
 *
 * For a reader who has never seen the procedure: each section says what it
 * is about, and what to do when it looks bad. */

#include "report.h"

#define LINE(words, figure, without) { .kind = PART_LINE, .title = (words), \
	.column = { { (figure), "" } }, .none = (without) }
#define LINE_IF_ANY(words, figure) { .kind = PART_LINE, .title = (words), \
	.column = { { (figure), "" } }, .if_any = true }

const struct report_section report_sections[] = {
	{ "orders", "Orders received",
	    "What came in through the approved channels, and where it stands"
	    " now.",
	    "An order that is missing here may lie among the input that failed:",
	    "order-status --rejects", {
		LINE("Orders", "orders", NULL),
		LINE("Order lines", "lines", NULL),
		LINE("Changed by the customer later", "changed", NULL),
		{ .kind = PART_TIME, .title = "Orders over time", .key = "",
		    .column = { { "by_day", "" } },
		    .bars = true, .none = "no orders" },
		{ .kind = PART_TABLE, .title = "By channel", .key = "channel",
		    .column =
		    { { "by_channel", "orders" } }, .bars = true,
		    .by_size = true },
		{ .kind = PART_TABLE, .title = "Where they stand now", .key = "status",
		    .column =
		    { { "by_status", "orders" } }, .bars = true },
		{ .kind = PART_TABLE, .title = "Value, without rejected and cancelled orders", .key = "currency",
		    .column = { { "value", "total" } } },
		LINE_IF_ANY("Orders whose total is not known", "without_total"),
	    } },
	{ "rejects", "Input that became no order",
	    "Rows that could not be taken as an order. Nothing is lost: they"
	    " are kept until they are mended and fed again, or dismissed.",
	    "Mend what is open and feed it again:", "order-status --rejects", {
		LINE("Rejected", "rejects", NULL),
		LINE("Still open", "open", NULL),
		{ .kind = PART_CROSS, .title = "By error and channel", .key = "error",
		    .column =
		    { { "by_error", "" } }, .bars = true, .by_size = true,
		    .none = "nothing was rejected" },
	    } },
	{ "holds", "Verification, holds and questions",
	    "Every order is compared with what is on file. What does not fit"
	    " holds it until somebody answers.",
	    "See what waits for an answer, and remind those who were asked:",
	    "order-resolve --list; order-resolve --chase", {
		LINE("Went through untouched", "touchless",
		    "no order came so far"),
		LINE("Half of the holds ended within", "clarification_minutes_median",
		    "no hold has ended"),
		LINE("95 of 100 ended within", "clarification_minutes_p95",
		    "no hold has ended"),
		{ .kind = PART_TABLE, .title = "Holds by reason", .key = "hold",
		    .column =
		    { { "opened", "opened" }, { "open", "open now" },
		    { "oldest_minutes", "oldest" },
		    { "took_minutes_median", "half within" } }, .bars = true,
		    .by_size = true, .none = "no order was held" },
		{ .kind = PART_TABLE, .title = "What the rules found when each order was last verified", .key = "rule",
		    .column =
		    { { "rule_hits", "orders" },
		    { "rule_answered", "answered for" } }, .bars = true,
		    .by_size = true, .none = "every order fitted" },
		{ .kind = PART_CROSS, .title = "Who answered what", .key = "person",
		    .column =
		    { { "answers", "" } }, .none = "nobody had to" },
	    } },
	{ "stock", "Stock and backorders",
	    "What could be reserved when stock was first looked at, and what"
	    " waits for supply.",
	    "Load what is expected, then fill what waits:",
	    "order-load supply supply.csv; order-check-stock --backorders", {
		LINE("Lines filled at once", "lines_at_once",
		    "no stock was checked"),
		LINE("Quantity filled at once", "quantity_at_once",
		    "no stock was checked"),
		LINE("Lines waiting now", "backordered", NULL),
		LINE("Of these without a date", "without_date", NULL),
		LINE("Half of them wait less than", "backorder_age_minutes_median",
		    "nothing waits"),
		LINE("The oldest waits", "oldest_minutes", "nothing waits"),
		{ .kind = PART_TABLE, .title = "How long they wait", .key = "since the order",
		    .column =
		    { { "backorder_age", "lines" } }, .bars = true },
	    } },
	{ "ack", "Acknowledgment",
	    "Each customer is told in time that the order is here, and then"
	    " what becomes of it.",
	    "Let cron run this every few minutes, and look for what is late:",
	    "order-ack --due; order-status --overdue", {
		LINE("Answered in time", "in_time", "no order was due"),
		LINE("Answered late", "late", NULL),
		LINE("Not answered, past their time", "overdue", NULL),
		LINE("Not answered, still in time", "waiting", NULL),
		LINE("Half were answered within", "answer_minutes_median",
		    "none yet"),
		LINE("95 of 100 within", "answer_minutes_p95", "none yet"),
		LINE("Half were decided within", "decision_minutes_median",
		    "none yet"),
		{ .kind = PART_TABLE, .title = "What was answered last", .key = "answer",
		    .column =
		    { { "by_answer", "orders" } }, .bars = true,
		    .by_size = true },
	    } },
	{ "delivery", "Shipment and delivery",
	    "What left, and whether it was there on the day that was"
	    " promised.",
	    "See what is late and tell the customer a new date:",
	    "order-status --attention", {
		LINE("Line shipments", "shipped_lines", NULL),
		LINE("On time, by the promise then", "on_time",
		    "nothing was shipped"),
		LINE("On time, by the first promise", "on_time_first",
		    "nothing was shipped"),
		LINE("Lines past promise, not shipped", "overdue_lines", NULL),
		LINE("Delays that were reported", "delays", NULL),
		LINE("Lines with goods returned", "returned_lines", NULL),
	    } },
	{ "inquiries", "Inquiries of customers",
	    "What customers asked about these orders, and how soon they were"
	    " answered.",
	    "List those that wait, with the command that answers:",
	    "order-status --attention", {
		LINE("Inquiries", "inquiries", NULL),
		LINE("Still open", "open", NULL),
		LINE("Half were answered within", "reply_minutes_median",
		    "none was answered"),
		LINE("95 of 100 within", "reply_minutes_p95",
		    "none was answered"),
	    } },
	{ "record", "Record and review",
	    "The procedure is reviewed once in a while, with these figures at"
	    " hand.",
	    "Record what the review found:",
	    "order-report --reviewed \"what was found\"", {
		LINE("Last reviewed on", "reviewed_on", "never"),
		LINE("By", "reviewed_by", "-"),
		LINE("Found", "reviewed_note", "-"),
		LINE("Next review due by", "review_due_on", "not yet known"),
		{ .kind = PART_TABLE, .title = "Orders of the period in archives", .key = "archive",
		    .column =
		    { { "archived_in", "orders" } } },
	    } },
};

const size_t nreport_sections =
	sizeof(report_sections) / sizeof(report_sections[0]);
