#!/bin/sh
# Gathers in the folder given as the only argument what Java needs in an image that has nothing else: the libraries
# that it is linked with, its settings, certificates, time zones, how names are looked up, accounts, a place for temporary files.
set -eu

ground="$1"
java="$(dirname "$(dirname "$(readlink --canonicalize /usr/bin/java)")")"

mkdir --parents "$ground/usr/bin" "$ground/usr/lib" "$ground/usr/lib64" "$ground/etc" "$ground/home"
ln --symbolic usr/bin "$ground/bin"
ln --symbolic usr/lib "$ground/lib"
ln --symbolic usr/lib64 "$ground/lib64"
ln --symbolic "$java/bin/java" "$ground/usr/bin/java"
install --directory --mode=1777 "$ground/tmp"
install --directory --mode=0700 --owner=65532 --group=65532 "$ground/home/nonroot"

# Lines like "libz.so.1 => /lib/…/libz.so.1 (0x…)", and the loader's own, which has no arrow.
find "$java" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jspawnhelper \) -exec ldd '{}' + |
  awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// && NF == 2 { print $1 }' |
  grep --invert-match --fixed-strings "$java" | sort --unique > /tmp/libraries
xargs --arg-file=/tmp/libraries cp --dereference --parents --target-directory="$ground"

cp --archive --parents --target-directory="$ground" \
  /etc/java-21-openjdk /etc/ssl/certs/java /etc/ssl/certs/ca-certificates.crt \
  /etc/nsswitch.conf /etc/os-release /usr/lib/os-release /usr/share/zoneinfo

cat > "$ground/etc/passwd" <<'ACCOUNTS'
root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
ACCOUNTS
cat > "$ground/etc/group" <<'GROUPS'
root:x:0:
nobody:x:65534:
nonroot:x:65532:
GROUPS
