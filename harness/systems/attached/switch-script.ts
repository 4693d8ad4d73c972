/**
 * The script of the dead man's switch, for the shell of the tools image: it isolates the target if that is the fault, prints
 * `armed`, and waits. When the heartbeat stops, its input ends, it receives SIGTERM or the time is up, it undoes the fault, and
 * exits when two checks in a row find nothing left of it.
 */
import { ISOLATE } from "./isolation.ts";
import type { ContainerUndo } from "./journal.ts";
import { restoring } from "./limit.ts";

/** The path of the engine's socket in the switch's container. */
export const SOCKET = "/var/run/docker.sock";
export const ARMED = "armed\n";

/** Between two checks: a last-moment request to the engine may take effect after the first check. */
const AGAIN_SECONDS = 2;
/** Ten minutes' worth. */
const TRIES = 300;

/**
 * `ask POST /containers/ID/start [BODY]` prints the engine's answer; returns 4 if there is no such container. The base image
 * has Perl and no other client.
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

/** `inspect` puts the engine's description of the container into `it`. If it no longer exists, there is nothing to undo. */
const inspecting = (id: string) => String.raw`inspect() {
  it=$(ask GET /containers/${id}/json)
  case $? in 0) ;; 4) echo gone; exit 0 ;; *) return 1 ;; esac
  status=$(perl -ne 'print $1 if /"State":\{[^{}]*?"Status":"(\w+)"/' <<<"$it")
  [ -n "$status" ]
}
post() { ask POST /containers/${id}/$1 "$2"; }`;

const QUOTA = String.raw`perl -ne 'print "$1 ", /"CpuQuota":([1-9]\d*)/ ? $1 : 0 if /"NanoCpus":(\d+)/' <<<"$it"`;

/** `whole` returns 0 when there is nothing to undo; `undo` undoes the fault. */
function actsOf(undo: ContainerUndo): string {
  switch (undo.how) {
    case "start":
      return `whole() { inspect && [ "$status" = running ]; }
undo() { if [ "$status" = paused ]; then post unpause; else post start; fi; }`;
    case "unpause":
      return `whole() { inspect && [ "$status" != paused ]; }
undo() { post unpause; }`;
    case "processor":
      return `whole() { inspect && [ "$(${QUOTA})" = '${undo.was.NanoCpus} ${Math.max(0, undo.was.CpuQuota)}' ]; }
undo() { post update '${JSON.stringify(restoring(undo.was))}'; }`;
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

/** The exit code if nobody attached in time to let it begin. */
export const NOBODY_CAME = 3;
const COMES_WITHIN_SECONDS = 60;

/**
 * The same for a pod. Its switch begins only when we are attached, because earlier output is lost. It exits when somebody
 * else has ended the isolation.
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

/** `silenceSeconds`: after that long without a line, the sender counts as dead. */
export function scriptOf(undo: ContainerUndo, silenceSeconds: number, ttlSeconds: number): string {
  const before = undo.how === "rejoin" ? ISOLATE : `${ASK}\n${inspecting(undo.container.id)}`;
  return `${before}
${actsOf(undo)}
${FINISH}
echo armed
end=$((SECONDS + ${Math.ceil(ttlSeconds)}))
while [ $SECONDS -lt $end ] && IFS= read -r -t ${silenceSeconds} line; do :; done
finish
`;
}
