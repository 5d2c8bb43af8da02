"""inquiry_answers.py FILE...: each is a mail of ours that answers; says what
should not be in it.  Exit status 1 when anything should not."""
import email
import email.policy
import sys

OURS = {"Date", "From", "To", "Subject", "Message-ID", "In-Reply-To",
        "References", "Auto-Submitted", "Content-Language", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding"}
bad = False
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        data = file.read()
    mail = email.message_from_bytes(data, policy=email.policy.default)
    faults = []
    for part in mail.walk():
        faults += part.defects
        for value in part.values():
            faults += getattr(value, "defects", [])
        if not part.is_multipart():
            part.get_content()
    if not set(mail.keys()) <= OURS or len(set(mail.keys())) < len(mail.keys()):
        faults.append(mail.keys())
    if max(map(len, data.split(b"\n"))) > 998 or not data.isascii():
        faults.append("a long line, or not ASCII")
    if mail["to"] != "buy@nord.example":
        faults.append(f"to {mail['to']}")
    if not mail["subject"].startswith("Re: ") or len(mail["subject"]) > 300:
        faults.append(f"subject {mail['subject']}")
    if len((mail["references"] or "").split()) > 50:
        faults.append("a long thread")
    if faults:
        print(name, *faults)
        bad = True
sys.exit(bad)
