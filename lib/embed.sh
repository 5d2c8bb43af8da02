#!/bin/sh
# Turn schema files, mail templates, maps and the style of the report's page
# into C arrays: lib/embed.sh FILE ...
# A schema file is lib/db/schema/NNNN-name.sql, a template
# lib/order/templates/LANGUAGE/KIND.txt or .html, a map lib/cli/maps/NAME.map,
# the style lib/cli/report.css.
set -eu

bytes() {
	od -An -v -tx1 "$1" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
}

echo '/* made by lib/embed.sh */'
echo '#include "cli/maps.h"'
echo '#include "cli/report_style.h"'
echo '#include "db/schema.h"'
echo '#include "order/templates.h"'
i=0
for f; do
	i=$((i + 1))
	echo "static const unsigned char file_${i}[] = {"
	bytes "$f"
	echo '0 };'
done

echo 'const struct schema_step schema_steps[] = {'
i=0 n=0
for f; do
	i=$((i + 1))
	case $f in *.sql) ;; *) continue ;; esac
	n=$((n + 1))
	name=${f##*/}
	number=$(expr "${name%%-*}" : '0*\([1-9][0-9]*\)')
	echo "	{ $number, \"$name\", file_$i, sizeof(file_$i) - 1 },"
done
echo '};'
echo "const size_t schema_nsteps = $n;"

echo 'const struct mail_template mail_templates[] = {'
i=0 n=0
for f; do
	i=$((i + 1))
	case $f in *.sql | *.map | *.css) continue ;; esac
	n=$((n + 1))
	name=${f##*/}
	dir=${f%/*}
	echo "	{ \"${dir##*/}\", \"$name\", file_$i, sizeof(file_$i) - 1 },"
done
echo '	{ "", "", file_1, 0 }'
echo '};'
echo "const size_t mail_ntemplates = $n;"

echo 'const struct builtin_map builtin_maps[] = {'
i=0 n=0
for f; do
	i=$((i + 1))
	case $f in *.map) ;; *) continue ;; esac
	n=$((n + 1))
	name=${f##*/}
	echo "	{ \"${name%.map}\", file_$i },"
done
echo '	{ "", file_1 }'
echo '};'
echo "const size_t nbuiltin_maps = $n;"

i=0
for f; do
	i=$((i + 1))
	case $f in *.css) ;; *) continue ;; esac
	echo "const unsigned char *const report_style = file_$i;"
done
