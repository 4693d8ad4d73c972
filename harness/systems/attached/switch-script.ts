/**
 * What the dead man's switch runs, in the shell of the tools image: it does what must be done first, says `armed`, and waits.
 * When no line has come for a while, when there is nobody left to send one, when it is told to stop or the time is up, it
 * undoes the fault, and leaves when nothing has been left of it twice in a row.
 */
import { ISOLATE } from "./isolation.ts";
import type { ContainerUndo } from "./journal.ts";
import { restoring } from "./limit.ts";

/** Where the engine's socket is in the switch's container. */
export const SOCKET = "/var/run/docker.sock";
export const ARMED = "armed\n";

/** Between two checks whether it is undone: what was asked of the engine at the last moment may take effect after the first. */
const AGAIN_SECONDS = 2;
/** So often: for ten minutes. */
const TRIES = 300;

/**
 * `ask POST /containers/ID/start [BODY]` prints the engine's answer; ends with 4 where there is no such container. The
 * base image has Perl and no other client.
 */
const ASK = String.raw`ask() {
  perl -MIO::Socket::UNIX -e '
    my ($method, $path, $body) = (@ARGV, "");
    alarm 20;
    my $engine = IO::Socket::UNIX->new(Peer => "${SOCKET}") or die "no engine: $!\n";
    print $engine "$method $path HTTP/1.0\r\nHost: engine\r\nContent-Type: application/json\r\n";
    print $engine "Content-Length: " . length($body) . "\r\n\r\n$body";
    my $status = <$engine>;
    my $answer = do { local $/; <$engine> };
    $answer =~ s/^.*?\r\n\r\n//s;
    print $answer;
    exit($status =~ m{^HTTP/1\.. (2..|304) } ? 0 : $status =~ m{ 404 } ? 4 : 1);
  ' "$@"
}`;

/** Keeps the engine's word of the container in `it`. One that is gone has nothing to be undone. */
const looking = (id: string) => String.raw`look() {
  it=$(ask GET /containers/${id}/json)
  case $? in 0) ;; 4) echo gone; exit 0 ;; *) return 1 ;; esac
  status=$(perl -ne 'print $1 if /"State":\{[^{}]*?"Status":"(\w+)"/' <<<"$it")
  [ -n "$status" ]
}
tell() { ask POST /containers/${id}/$1 "$2"; }`;

const QUOTA = String.raw`perl -ne 'print "$1 ", /"CpuQuota":([1-9]\d*)/ ? $1 : 0 if /"NanoCpus":(\d+)/' <<<"$it"`;

/** `whole` ends with 0 when there is nothing to undo, `undo` undoes it. */
function actsOf(undo: ContainerUndo): string {
  switch (undo.how) {
    case "start":
      return `whole() { look && [ "$status" = running ]; }
undo() { if [ "$status" = paused ]; then tell unpause; else tell start; fi; }`;
    case "unpause":
      return `whole() { look && [ "$status" != paused ]; }
undo() { tell unpause; }`;
    case "processor":
      return `whole() { look && [ "$(${QUOTA})" = '${undo.was.NanoCpus} ${Math.max(0, undo.was.CpuQuota)}' ]; }
undo() { tell update '${JSON.stringify(restoring(undo.was))}'; }`;
    case "rejoin":
      return LET_IN;
  }
}

const LET_IN = `whole() { cut_off; [ $? = 1 ]; }
undo() { rejoin; }`;

const FINISH = `finish() {
  trap '' TERM
  seen=0
  for try in $(seq ${TRIES}); do
    if whole; then seen=$((seen + 1)); else seen=0; undo; fi
    [ $seen = 2 ] && exit 0
    sleep ${AGAIN_SECONDS}
  done
  exit 1
}
trap finish TERM`;

/** Nobody has come to say that it may begin. */
export const NOBODY_CAME = 3;
const COMES_WITHIN_SECONDS = 60;

/**
 * The same for a pod, whose switch must be listened to before it does anything: what it says before is lost. When somebody else
 * has let the pod in, it leaves.
 */
export function isolationSwitch(silenceSeconds: number, ttlSeconds: number): string {
  return `IFS= read -r -t ${COMES_WITHIN_SECONDS} line || exit ${NOBODY_CAME}
${ISOLATE}
${LET_IN}
${FINISH}
echo armed
end=$((SECONDS + ${Math.ceil(ttlSeconds)}))
while [ $SECONDS -lt $end ] && IFS= read -r -t ${silenceSeconds} line; do
  cut_off
  [ $? = 1 ] && break
done
finish
`;
}

/** `silenceSeconds`: nobody is there who has not sent a line for that long. */
export function scriptOf(undo: ContainerUndo, silenceSeconds: number, ttlSeconds: number): string {
  const before = undo.how === "rejoin" ? ISOLATE : `${ASK}\n${looking(undo.container.id)}`;
  return `${before}
${actsOf(undo)}
${FINISH}
echo armed
end=$((SECONDS + ${Math.ceil(ttlSeconds)}))
while [ $SECONDS -lt $end ] && IFS= read -r -t ${silenceSeconds} line; do :; done
finish
`;
}
