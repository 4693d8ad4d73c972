/**
 * Undoes a fault where it lives if we are gone: a container beside the target hears a beat from us through its input, and when
 * the beat stops, or the line ends, or the fault has lasted for its whole time to live, it undoes the fault itself and leaves.
 * It needs nothing of this machine for that, and no other run's removal of left-overs touches it.
 */
import { randomBytes } from "node:crypto";
import { type Duplex, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../lab/engine.ts";
import { isDead, OWNER_LABEL, thisOwner } from "../lab/ownership.ts";
import type { Ran } from "./beside.ts";
import type { ContainerUndo } from "./journal.ts";
import { ARMED, SOCKET, scriptOf } from "./switch-script.ts";

/** Not `RUN_LABEL`: what has that is removed when its owner is dead, and this one is for when its owner is dead. */
export const SWITCH_LABEL = "org.fhirdrill.dead-mans-switch";
const BEAT_MS = 2000;
/** So many beats missed mean that we are gone. */
const MISSED = 3;
const ARMED_WITHIN_MS = 30_000;

export interface Armed {
  /** Runs a script where it is: in the target's network, if that is where it undoes something. */
  run: (script: string) => Promise<Ran>;
  /** Takes it away, whatever it is doing: somebody has healed the fault and seen it. */
  disarm: () => Promise<void>;
}

/**
 * Resolves when the switch stands and hears us; from then on it acts if we do not. Where the fault is an isolation, it is the
 * switch that isolates. Rejects when it cannot be armed; then nothing is left of an isolation either.
 */
export async function armSwitch(
  engine: Engine,
  image: string,
  undo: ContainerUndo,
  ttlSeconds: number,
): Promise<Armed> {
  const docker = engine.container.dockerode;
  const { id } = undo.container;
  const container = await docker.createContainer({
    Image: image,
    name: `fhirdrill-switch-${randomBytes(4).toString("hex")}`,
    Labels: { [SWITCH_LABEL]: id, [OWNER_LABEL]: thisOwner() },
    Entrypoint: ["bash", "-c", scriptOf(undo, (BEAT_MS * MISSED) / 1000, ttlSeconds)],
    ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false },
    HostConfig:
      undo.how === "rejoin"
        ? { AutoRemove: true, NetworkMode: `container:${id}`, CapAdd: ["NET_ADMIN"] }
        : {
            AutoRemove: true,
            NetworkMode: "none",
            Binds: [`${engine.info.containerRuntime.remoteSocketPath}:${SOCKET}`],
          },
  });
  const remove = () => container.remove({ force: true }).catch(unlessGone);
  const streams = { stream: true, stdin: true, stdout: true, stderr: true };
  const line = (await container.attach({ ...streams, hijack: true })) as Duplex;
  line.on("error", () => {});
  // The end of the line is how its end is noticed: the engine would answer who waits for the end of a container that has
  // not begun yet at once.
  const left = new Promise<"left">((resolve) => line.once("close", () => resolve("left")));
  let said = "";
  const stands = new Promise<void>((resolve) => {
    const hear = new Writable({
      write: (piece: Buffer, _, done) => {
        said += piece.toString("utf8");
        if (said.includes(ARMED)) resolve();
        done();
      },
    });
    docker.modem.demuxStream(line, hear, hear);
  });
  try {
    await container.start();
  } catch (error) {
    line.destroy();
    await remove();
    throw error;
  }
  const late = sleep(ARMED_WITHIN_MS, "late", { ref: false });
  const first = await Promise.race([stands, left, late]);
  if (first !== undefined) {
    // Without a line it undoes what it may have done.
    line.destroy();
    const why =
      first === "late" ? `it said nothing for ${ARMED_WITHIN_MS / 1000} s` : said.replaceAll(/\s+/g, " ").trim();
    throw new Error(`what would undo the fault could not be put in place: ${why}`);
  }
  const beat = setInterval(() => line.write("beat\n"), BEAT_MS);
  // A process that has nothing else to do may end, and the fault with it.
  beat.unref();
  return {
    run: async (script) => {
      const { exitCode, output } = await engine.container.exec(container, ["bash", "-c", script]);
      return { exitCode, output };
    },
    disarm: async () => {
      clearInterval(beat);
      await remove();
      line.destroy();
    },
  };
}

/**
 * Removes those that are over and were not removed by the engine, and those that were never started, because who armed them
 * died just then: they can do nothing, and nobody else removes them.
 */
export async function removeSpent(docker: Engine["container"]["dockerode"]): Promise<void> {
  const filters = { label: [SWITCH_LABEL], status: ["created", "exited", "dead"] };
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters }))
    if (isDead(Labels[OWNER_LABEL] ?? "")) await docker.getContainer(Id).remove().catch(unlessGone);
}

/** It may have left by itself just now. */
function unlessGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
