/**
 * Undoes a fault where it lives if we are gone: a container beside the target hears a beat from us through its input, and when
 * the beat stops, or the line ends, or the fault has lasted for its whole time to live, it undoes the fault itself and leaves.
 * It needs nothing of this machine for that, and no other run's removal of left-overs touches it.
 */
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { COMMAND } from "../../model/built.ts";
import type { Engine } from "../lab/engine.ts";

/** Not `RUN_LABEL`: what has that is removed when its owner is dead, and this one is for when its owner is dead. */
export const SWITCH_LABEL = "org.fhirdrill.dead-mans-switch";
const BEAT_MS = 2000;
/** So many beats missed mean that we are gone. */
const MISSED = 3;

/** What is to be undone, by a script of the shell that the tools image has. */
export interface Undoing {
  /** The engine's id of the container that the fault is done to. */
  target: string;
  /** Run at the start; if it fails, so does the arming. */
  before?: string;
  undo: string;
  /** The fault ends after that, whoever lives. */
  ttlSeconds: number;
  /** Runs in the target's network; else it gets the engine's socket. */
  inNetwork: boolean;
}

export interface Armed {
  /** Resolves when it has left without undoing anything: somebody has healed the fault and seen it. */
  disarm: () => Promise<void>;
}

const SOCKET = "/var/run/docker.sock";

/** Asks the engine by its socket: `ask POST /containers/ID/start`. The base image has Perl and no other client. */
const ASK = `ask() {
  perl -MIO::Socket::UNIX -e '
    my $s = IO::Socket::UNIX->new(Peer => "${SOCKET}") or die "no engine: $!";
    print $s "$ARGV[0] $ARGV[1] HTTP/1.0\\r\\nHost: engine\\r\\nContent-Length: 0\\r\\n\\r\\n";
    my $line = <$s>; print STDERR $line; exit($line =~ m{^HTTP/1\\.. (2..|304) } ? 0 : 1);
  ' "$1" "$2"
}`;

function scriptOf({ before = "true", undo, ttlSeconds }: Undoing): string {
  const silence = (BEAT_MS * MISSED) / 1000;
  return `${ASK}
undo() {
${undo}
}
set -e
${before}
set +e
echo armed
end=$((SECONDS + ${Math.ceil(ttlSeconds)}))
while [ $SECONDS -lt $end ]; do
  IFS= read -r -t ${silence} line || break
  [ "$line" = healed ] && exit 0
done
for try in 1 2 3 4 5 6 7 8 9 10; do
  undo && echo undone && exit 0
  sleep 2
done
exit 1
`;
}

/** Resolves when the switch stands and hears us; from then on it acts if we do not. */
export async function armSwitch(engine: Engine, image: string, undoing: Undoing): Promise<Armed> {
  const docker = engine.container.dockerode;
  const container = await docker.createContainer({
    Image: image,
    name: `fhirdrill-switch-${randomBytes(4).toString("hex")}`,
    Labels: { [SWITCH_LABEL]: undoing.target },
    Entrypoint: ["bash", "-c", scriptOf(undoing)],
    ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, Tty: false },
    HostConfig: undoing.inNetwork
      ? { AutoRemove: true, NetworkMode: `container:${undoing.target}`, CapAdd: ["NET_ADMIN"] }
      : { AutoRemove: true, NetworkMode: "none", Binds: [`${socketOf(engine)}:${SOCKET}`] },
  });
  const line = (await container.attach({
    stream: true,
    stdin: true,
    stdout: true,
    stderr: true,
    hijack: true,
  })) as Duplex;
  const left = container.wait().then(({ StatusCode }: { StatusCode: number }) => StatusCode);
  left.catch(() => {});
  let said = "";
  const stands = new Promise<void>((resolve) => {
    line.on("data", (piece: Buffer) => {
      said += piece.toString("latin1");
      if (said.includes("armed\n")) resolve();
    });
  });
  line.on("error", () => {});
  await container.start();
  const failed = left.then(() => {
    throw new Error(
      `what would undo the fault could not be put in place: ${said.replaceAll(/[^\x20-\x7e]+/g, " ").trim()}`,
    );
  });
  failed.catch(() => {});
  await Promise.race([stands, failed]);
  const beat = setInterval(() => line.write("beat\n"), BEAT_MS);
  // A process that has nothing else to do may end, and the fault with it.
  beat.unref();
  return {
    disarm: async () => {
      clearInterval(beat);
      line.write("healed\n");
      await left.catch(() => {});
      line.destroy();
    },
  };
}

/** Where the engine's socket is on the engine's own machine: the one that we use ourselves, if it is one. */
function socketOf(engine: Engine): string {
  const { socketPath } = engine.container.dockerode.modem as { socketPath?: string };
  return socketPath ?? SOCKET;
}

/** For people, when everything else has failed. */
export const BY_HAND = `run \`${COMMAND} heal\``;
