/* letter.h - private to lib/order: a document and the words for it */
#ifndef ORDER_LETTER_H
#define ORDER_LETTER_H

#include <order/message.h>

/* Where templates are looked for: template_dir (or ""), and what is tried
 * when there are none in the language asked for.  What was found is kept, so
 * that a file is read once for all letters of one wording. */
struct wording {
	struct arena *mem;
	const char *dir;
	const char *language;
	bool plain;		/* dates and numbers stay as they are */
	struct found *found;
};

struct letter {
	struct wording *wording;
	const char *kind;
	const cJSON *document;	/* complete */
	const char *language[5];	/* to be tried, in order */
	int nlanguages;
	int spoken;		/* the first one that has the kind's text */
	const struct format *format;	/* of the language spoken; NULL: none */
};

/* Find the language the message will be in: ERR_CONFIG when none has it, or
 * its format is faulty.
 * The language asked for must live as long as the wording. */
int letter_open(struct letter *, struct wording *, const char *kind,
    const char *language, const cJSON *document, struct err *);

/* As message_render. */
int letter_part(struct letter *, const char *part, struct buf *,
    struct err *);

/* One template in exactly this language: its text, terminated, in the arena.
 * *path (may be NULL) names it.  1, 0, -1. */
int template_find(struct arena *, const char *dir, const char *language,
    const char *name, const char **text, const char **path, struct err *);

/* ---- a row of the outbox ---- */

struct due {
	int64_t id, order_id, revision, seq, recipient_no, queued_at, attempts;
	const char *kind, *recipient, *language;
	const char *document;	/* "" when it is composed already */
	const char *sender, *message_id;
	/* Message-IDs, or with "*" for the recipient's number and without a
	 * domain: the first message to the recipient, and the question this
	 * one reminds of; "" */
	const char *first, *before;
	const char *bytes;	/* NULL: not composed yet */
	size_t n;
	const char *fault;	/* why it cannot be composed, or NULL */
};

#define LETTER_COLUMNS \
	"m.id, m.order_id, m.revision, m.seq," \
	" CASE WHEN EXISTS (SELECT 1 FROM messages AS o" \
	"  WHERE o.order_id = m.order_id AND o.recipient <> m.recipient)" \
	" THEN (SELECT count(DISTINCT a.recipient) FROM messages AS a" \
	"  WHERE a.order_id = m.order_id AND a.recipient <> ''" \
	"  AND a.id <= (SELECT min(b.id) FROM messages AS b" \
	"   WHERE b.order_id = m.order_id AND b.recipient = m.recipient))" \
	" ELSE 1 END," \
	" m.queued_at, m.attempts, m.kind, m.recipient, m.language," \
	" CASE WHEN c.message IS NULL THEN m.document ELSE '' END," \
	" coalesce(c.sender, ''), coalesce(c.message_id, ''), c.bytes," \
	" m.next_try_at," \
	" CASE WHEN c.message IS NULL THEN (SELECT" \
	"  coalesce(x.message_id, f.kind || '.' || f.order_id || '.'" \
	"   || f.revision || '.*.' || f.seq)" \
	"  FROM messages AS f LEFT JOIN message_bytes AS x ON x.message = f.id" \
	"  WHERE f.id < m.id AND f.id = (SELECT min(g.id) FROM messages AS g" \
	"   WHERE g.order_id = m.order_id AND g.recipient = m.recipient)) END," \
	" CASE WHEN m.reminder > 0 AND c.message IS NULL THEN (SELECT" \
	"  coalesce(x.message_id, f.kind || '.' || f.order_id || '.'" \
	"   || f.revision || '.*.' || f.seq)" \
	"  FROM messages AS f LEFT JOIN message_bytes AS x ON x.message = f.id" \
	"  WHERE f.order_id = m.order_id AND f.kind = m.kind" \
	"  AND f.recipient = m.recipient AND f.id < m.id" \
	"  ORDER BY f.id DESC LIMIT 1) END" \
	" FROM messages AS m LEFT JOIN message_bytes AS c" \
	"  ON c.message = m.id"

/* Take a row of LETTER_COLUMNS into the arena. */
void letter_take(struct row *, struct arena *, struct due *);

/* How mail leaves the company, as policy has it. */
struct house {
	const char *from, *name, *command;
	int timeout;
	struct wording wording;
};

struct house letter_house(const struct step *, struct arena *);
extern const char letter_no_sender[];

/* Compose it, and set its sender and message_id; without a recipient subject
 * and text only. */
int letter_compose(struct arena *, struct house *, struct due *,
    struct buf *, struct err *);

/* Without an envelope: what it is, whom to call or write to, and the words, in
 * lines of 80 columns where the words allow it. */
int letter_page(struct step *, struct house *, const struct due *,
    struct buf *, struct err *);

/* Keep that page as what was told, unless its bytes are kept already. */
int letter_keep_page(struct step *, int64_t id, struct err *);

/* Town and postcode of an address (ADDRESS_COLUMNS) as its country writes
 * them. */
const char *town_line(struct step *, const char *const *);

extern const char *const message_parts[3];	/* the text is the first */

#endif
