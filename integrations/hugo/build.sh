#!/bin/sh
# Builds a Hugo site only when its drafts have no errors, and publishes only when no link is broken.
# Run it in the folder of the site, with the arguments for hugo.
#
# Fail-closed: exit code 1 of proofcheck means errors, 2 that something could not be checked; either
# stops the build, and what has been built before stays.
set -eu

proofcheck check content --fail-on error
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
hugo --quiet --destination "$fresh" "$@"
proofcheck links "$fresh" --offline
rm -rf public
cp -R "$fresh" public
