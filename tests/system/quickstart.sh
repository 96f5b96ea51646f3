#!/usr/bin/env bash
# Plays deploy/quickstart with the programs of a build: quickstart.sh SOURCE BUILD ja|en
# It must end well, say what it did, and leave no process behind.
set -euo pipefail
source=$1 build=$2 lang=$3
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

"$source/deploy/quickstart" --build "$build" --dir "$place/story" --lang "$lang" >"$place/said" || {
    cat "$place/said"
    exit 1
}
steps=$(grep -cE '^ ?[0-9]+\. ' "$place/said")
[ "$steps" = 18 ] || { echo "18 steps expected, $steps told" && exit 1; }
if pgrep -f "$place/story/kukyokud.ini" >/dev/null; then
    echo "a daemon was left behind"
    exit 1
fi
case $lang in
ja) grep -q '事業構築の提案' "$place/said" ;;
en) grep -q 'propose: scheme built' "$place/said" ;;
esac
# a second story in the same place is refused, and the first one stays
if "$source/deploy/quickstart" --build "$build" --dir "$place/story" --lang "$lang" \
    >/dev/null 2>"$place/refused"; then
    echo "a story was told over another"
    exit 1
fi
