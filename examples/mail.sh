#!/bin/sh
# mail.sh ADDRESS SUBJECT COMMAND [ARGUMENT ...] - mail what a command prints
#
# For timers, which have no MAILTO as cron has.  Nothing is sent when nothing
# is printed.  What is printed as a page (HTML) is sent as one.  The mailer is
# $SENDMAIL, else /usr/sbin/sendmail.
#
# Exit status: that of the command, or of the mailer when that fails.

set -eu
umask 077

if [ $# -lt 3 ]; then
	echo 'usage: mail.sh ADDRESS SUBJECT COMMAND [ARGUMENT ...]' >&2
	exit 64
fi
to=$1
subject=$2
shift 2

said=$(mktemp)
trap 'rm -f "$said"' EXIT
code=0
"$@" >"$said" || code=$?
[ -s "$said" ] || exit "$code"

case $(head -c 9 "$said" | tr '[:upper:]' '[:lower:]') in
'<!doctype') type=text/html ;;
*) type=text/plain ;;
esac
{
	printf 'To: %s\nSubject: %s\n' "$to" "$subject"
	printf 'MIME-Version: 1.0\nContent-Type: %s; charset=utf-8\n' "$type"
	printf 'Content-Transfer-Encoding: base64\n'
	printf 'Auto-Submitted: auto-generated\n\n'
	base64 "$said"
} | "${SENDMAIL:-/usr/sbin/sendmail}" -i -- "$to" || exit
exit "$code"
