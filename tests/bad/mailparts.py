"""Taking a mail of ours apart by other people's parsers.

It has the headers, parts and markup that our templates and nobody else gave it.
"""
import email
import email.policy
import glob
import html.parser
import os
import re

import corpus

ROOT = os.path.join(corpus.HERE, "..", "..")
HEADERS = ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted",
           "Content-Language", "MIME-Version", "Content-Type"]


class Tags(html.parser.HTMLParser):
    """The tags with their attributes, and the text between them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.other = set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add((tag, tuple(
            (name, "mailto" if name == "href" and (value or "").startswith(
                "mailto:") else value) for name, value in attrs)))

    def handle_data(self, text):
        self.text.append(text)

    def handle_comment(self, text):
        self.other.append(("comment", text))

    def handle_decl(self, text):
        self.other.append(("declaration", text))

    def handle_pi(self, text):
        self.other.append(("instruction", text))

    def unknown_decl(self, text):
        self.other.append(("unknown", text))


def allowed_tags():
    """What our own templates say, with every condition taken."""
    found = set()
    for name in glob.glob(ROOT + "/lib/order/templates/*/*.html"):
        with open(name, encoding="utf-8") as f:
            text = re.sub(r"\{\{[^}]*\}\}", "", f.read())
        found |= Tags(text).tags
    return found


def squeezed(text):
    """Lines are wrapped and indented: compare what is not blank."""
    return re.sub(r"\s+", "", text)


def check_mail(report, data, to, allowed):
    """The headers, parts and markup are ours; (subject, text, HTML's text)."""
    bad = re.search(rb"[^\n\t -~]|[^\n]{999}", data)
    report.expect(not bad, "bytes of a mail", bad and bad.group(0)[:99])
    mail = email.message_from_bytes(data, policy=email.policy.default)
    report.same([h for h in mail.keys() if h != "References"], HEADERS,
                "headers")
    for one in mail.get("References", "").split():
        report.expect(re.fullmatch(r"<[a-z]+(\.\d+){4}@a\.example>", one),
                      "references", one)
    report.same([a.addr_spec for a in mail["To"].addresses], [to], "To")
    report.same([a.addr_spec for a in mail["From"].addresses],
                ["us@a.example"], "From")
    report.same([p.get_content_type() for p in mail.walk()],
                ["multipart/alternative", "text/plain", "text/html"], "parts")
    for part in mail.walk():
        report.same(part.defects, [], "defects")
    text, markup = (p.get_content() for p in mail.iter_parts())
    tags = Tags(markup)
    report.expect(tags.tags <= allowed, "markup", tags.tags - allowed)
    report.same(tags.other, [("declaration", "DOCTYPE html")], "markup")
    report.expect("\n" not in mail["Subject"], "subject", mail["Subject"])
    return mail["Subject"], text, "".join(tags.text)
