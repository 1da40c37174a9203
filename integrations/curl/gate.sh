#!/bin/sh
# Asks a proofcheck server about drafts, and ends with 0 only when none of them may not be published.
#
#   gate.sh [--open] FILE...
#
# PROOFCHECK_URL is the server (http://127.0.0.1:8787), PROOFCHECK_TOKEN its token, if it wants one.
# Exit codes: 0 publish; 1 errors were found; 2 nothing could be checked (fail-closed).
# With --open, drafts that could not be checked do not stop anything (fail-open).
set -u

url=${PROOFCHECK_URL:-http://127.0.0.1:8787}
closed=2
if [ "${1:-}" = --open ]; then
	closed=0
	shift
fi
if [ $# = 0 ]; then
	echo "usage: gate.sh [--open] FILE..." >&2
	exit 2
fi

worst=0
headers=$(mktemp) || exit 2
trap 'rm -f "$headers"' EXIT
for file in "$@"; do
	case $file in
	*.html | *.htm) type=text/html ;;
	*.md | *.markdown) type=text/markdown ;;
	*) type=text/plain ;;
	esac
	# The report for people goes to the output, the verdict stands in a header. For a file that it
	# cannot read, curl would send nothing, which has no errors.
	if [ -r "$file" ] && curl --silent --show-error --fail-with-body --max-time 10 --dump-header "$headers" \
		${PROOFCHECK_TOKEN:+--header "Authorization: Bearer $PROOFCHECK_TOKEN"} \
		--header "Content-Type: $type; charset=utf-8" --header "Accept: text/plain" \
		--data-binary "@$file" "$url/v1/check" </dev/null; then
		case $(tr -d '\r' <"$headers" | sed -n 's/^[Xx]-[Pp]roofcheck-[Vv]erdict: //p') in
		pass | warn) code=0 ;;
		block) code=1 ;;
		*) code=$closed ;;
		esac
	else
		echo "$file: not checked" >&2
		code=$closed
	fi
	[ "$code" -le "$worst" ] || worst=$code
done
exit "$worst"
