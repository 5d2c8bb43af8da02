"""inquiry_hostile.py DIR: inquiries about SO-00000001-1 as somebody would write
them who wants to break our answer, a file for each in DIR."""
import base64
import itertools
import os
import sys

R = "SO-00000001-1"
FROM = "Jo <buy@nord.example>"
EVIL = "Bcc: evil@x.example"
numbers = itertools.count(1)


def b64(data):
    return f"=?utf-8?B?{base64.b64encode(data).decode()}?="


def mail(sender=FROM, subject=R, number=None, more="", text="Why?"):
    number = number or f"<{next(numbers)}@nord.example>"
    head = [f"From: {sender}", f"Subject: {subject}", f"Message-ID: {number}"]
    return "\r\n".join(head + ([more] if more else []) + ["", text, ""])


CASES = {
    "subject-base64": mail(subject=b64(
        f"{R}\r\n{EVIL}\r\n\r\nbody".encode())),
    "subject-quoted": mail(subject=f"{R} =?utf-8?Q?a=0D=0A{EVIL[:4]}_e@x?="),
    "subject-separators": mail(subject=b64(
        f"{R} \u2028{EVIL}\u2029\x0b\x0c\x1c\x85\u202e".encode())),
    "subject-no-text": mail(subject=f"{R} =?utf-8?Q?=ff=c3=28=ed=a0=80=00?="),
    "subject-no-characters": mail(subject=b64(
        f"{R} \uffff\ufdd0\U0010ffff".encode())),
    "subject-as-encoded": mail(subject=f"{R} =?utf-8?X?z?= =?utf-8?q?open"),
    "subject-long": mail(subject=R + " " + "x" * 100000),
    "subject-wide": mail(subject=R + " " + b64("ü".encode() * 400)),
    "subject-template": mail(subject=R + " {{answer}} {{> _head}} %s%n"),
    "subject-folded": mail(subject=R + (" " * 50 + "\r\n") * 2000 + " end"),
    "id-folded": mail(number=f"<a@b>\r\n x>\r\n {EVIL} <c@d>"),
    "id-quoted": mail(number='<"a b\\"<x>"@[1.2.3.4]>'),
    "id-long": mail(number="<" + "a" * 5000 + "@x>"),
    "id-encoded": mail(number="=?utf-8?Q?=3Ca@b=3E=0D=0ABcc:_e@x?="),
    "references-10000": mail(more="References: " + "\r\n ".join(
        f"<{n}@x.example>" for n in range(10000))),
    "references-open": mail(more=f"References: <a@b>\r\n\t{EVIL} <c@d\r\n >"
                            "\r\nIn-Reply-To: <x y> <q\x01@w> (<r@s>"),
    "from-folded": mail(sender=f'"x\r\n {EVIL}" <buy@nord.example>'),
    "from-encoded": mail(sender="=?utf-8?Q?a=0D=0ABcc:_e@x?= "
                         "<buy@nord.example>"),
    "from-many": mail(sender="buy@nord.example, evil@x.example"),
    "from-group": mail(sender="All: evil@x.example, b@x.example;"),
    "from-empty": mail(sender=""),
    "reply-to-group": mail(more="Reply-To: All: evil@x.example;"),
    "reply-to-option": mail(more="Reply-To: -oQ/tmp@x.example"),
    "reply-to-many": mail(more="Reply-To: buy@nord.example, evil@x.example"),
    "text-quoted": mail(more="Content-Transfer-Encoding: quoted-printable",
                        text="a=ZZ=\r\n=C3=0D=0A.=0D=0Aend="),
    "text-dots": mail(text=".\r\n..\r\nFrom me\r\n" + EVIL),
    "text-cut-off": mail(more='Content-Type: multipart/mixed; boundary="b"',
                         text="--b\r\nContent-Type: text/plain\r\n\r\nWhy?"),
}

if __name__ == "__main__":
    for name, text in CASES.items():
        with open(os.path.join(sys.argv[1], name), "wb") as out:
            out.write(text.encode())
