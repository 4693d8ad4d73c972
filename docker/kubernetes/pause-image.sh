#!/bin/sh
# usage: pause-image.sh PROGRAM IMAGE   makes an image of one program, in the form in which docker save writes it.
set -eu
folder=$(mktemp -d)
cd "$folder"
tar --create --file layer.tar --owner=0 --group=0 --directory "$(dirname "$1")" --transform "s,.*,pause," "$(basename "$1")"
layer=$(sha256sum layer.tar | cut -d' ' -f1)
cat > config.json <<END
{"architecture":"$(dpkg --print-architecture)","os":"linux","config":{"Entrypoint":["/pause"],"User":"65535:65535"},"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]}}
END
cat > manifest.json <<END
[{"Config":"config.json","RepoTags":["fhirdrill/pause:1"],"Layers":["layer.tar"]}]
END
tar --create --file "$2" manifest.json config.json layer.tar
rm -r "$folder"
