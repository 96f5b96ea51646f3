#!/usr/bin/env bash
#
# /tmp is memory for a command, whose tests flush to the disk thousands of times what they throw away:
#
#   unshare --mount --propagation private in_memory.sh FOLDER… -- COMMAND…
#
# FOLDERs that stand in /tmp stay what they are. Nobody else sees any of this.
set -euo pipefail

kept=()
while [ "$1" != -- ]; do
    case $1 in /tmp/*) kept+=("$1") ;; esac
    shift
done
shift
mount -t tmpfs tmpfs /mnt
for i in "${!kept[@]}"; do
    mkdir -p "${kept[i]}" "/mnt/$i"
    mount --bind "${kept[i]}" "/mnt/$i"
done
mount -t tmpfs tmpfs /tmp
chmod 1777 /tmp
for i in "${!kept[@]}"; do
    mkdir -p "${kept[i]}"
    mount --bind "/mnt/$i" "${kept[i]}"
done
umount -R -l /mnt
cd "$PWD"
exec "$@"
