#!/usr/bin/env python3
"""report_page.py - is a page of order-report sound?  usage: < page.html

Checks by a parser what a reader of any kind relies on: language, headings in
order, tables with headers, images that say what they show and whose figures
stand in a table, names that lead somewhere; and that nothing is fetched, run
or left open.
"""
import html.parser
import sys

VOID = {"meta", "br", "hr", "img", "input", "link"}
wrong = []


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.refs, self.headings = [], set(), [], []
        self.counts, self.images, self.text = {}, [], {}

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag in ("script", "link", "img", "iframe", "object", "form"):
            wrong.append(f"<{tag}> is not ours")
        for name, value in attrs:
            if name.startswith("on") or name in ("src", "style"):
                wrong.append(f"{tag} has {name}")
            if name == "href" and not value.startswith("#"):
                wrong.append(f"{tag} leads to {value}")
        if "id" in a:
            if a["id"] in self.ids:
                wrong.append(f"id {a['id']} is there twice")
            self.ids.add(a["id"])
        self.refs += a.get("aria-labelledby", "").split()
        if a.get("href", "").startswith("#"):
            self.refs.append(a["href"][1:])
        if tag == "html" and a.get("lang") != "en":
            wrong.append("no language")
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "th" and a.get("scope") not in ("row", "col"):
            wrong.append("a header of nothing")
        if tag == "svg":
            self.images.append(a)
            if a.get("role") == "img":
                if len(a.get("aria-labelledby", "").split()) != 2:
                    wrong.append("an image without title and description")
            elif a.get("aria-hidden") != "true":
                wrong.append("an image that is neither told nor hidden")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            wrong.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        if self.open:
            at = self.open[-1]
            self.text[at] = self.text.get(at, "") + data


source = sys.stdin.read()
page = Page()
page.feed(source)
page.close()
if page.open:
    wrong.append(f"left open: {page.open}")
for ref in page.refs:
    if ref not in page.ids:
        wrong.append(f"#{ref} is nowhere")
if page.headings[0] != 1 or page.headings.count(1) != 1:
    wrong.append("not one first heading")
for a, b in zip(page.headings, page.headings[1:]):
    if b > a + 1:
        wrong.append(f"heading {b} after {a}")
if "url(" in source or "@import" in source or "http" in source:
    wrong.append("something is fetched")
for tag in ("title", "main", "h1"):
    if page.counts.get(tag, 0) < 1 or not (tag == "main" or
                                           page.text[tag].strip()):
        wrong.append(f"no {tag}")
if source.count('<svg class="time"') > page.counts.get("table", 0):
    wrong.append("a chart without its table")
for what in wrong:
    print(what)
sys.exit(bool(wrong))
