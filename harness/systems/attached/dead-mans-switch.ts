/**
 * Undoes a fault at its target if this process dies: a container beside the target receives our heartbeat on its stdin. When
 * the heartbeat stops, the connection ends, or the fault exceeds its time to live, it undoes the fault by itself and exits. It
 * does not depend on this machine for that, and other runs do not remove it as a leftover.
 */
import { randomBytes } from "node:crypto";
import { type Duplex, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../lab/engine.ts";
import { clientOf, type Docker, dockerOf } from "../lab/engine-client.ts";
import { isDead, OWNER_LABEL, thisOwner } from "../lab/ownership.ts";
import type { Ran } from "./beside.ts";
import type { ContainerUndo } from "./journal.ts";
import { ARMED, SOCKET, scriptOf } from "./switch-script.ts";

/** Not `RUN_LABEL`: containers with that are removed when their owner is dead, which is when the switch is needed. */
export const SWITCH_LABEL = "org.fhirdrill.dead-mans-switch";
const BEAT_MS = 2000;
/** After so many missed beats we count as dead. */
const MISSED = 3;
const ARMED_WITHIN_MS = 30_000;

export interface Armed {
  /** Runs a script in the switch's container: in the target's network namespace if it undoes an isolation. */
  run: (script: string) => Promise<Ran>;
  /** Removes it, whatever it is doing: the fault is healed, and that has been verified. */
  disarm: () => Promise<void>;
}

/**
 * Resolves when the switch is armed and receives our heartbeat; from then on it acts if we do not. An isolation is done by the
 * switch itself. Rejects when it cannot be armed; then nothing is left of an isolation either.
 */
export async function armSwitch(
  engine: Engine,
  image: string,
  undo: ContainerUndo,
  ttlSeconds: number,
): Promise<Armed> {
  const docker = dockerOf(engine);
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
            Binds: [`${clientOf(engine).info.containerRuntime.remoteSocketPath}:${SOCKET}`],
          },
  });
  const remove = () => container.remove({ force: true }).catch(unlessGone);
  const streams = { stream: true, stdin: true, stdout: true, stderr: true };
  const line = (await container.attach({ ...streams, hijack: true })) as Duplex;
  line.on("error", () => {});
  // Its end is detected by the end of the stream: for a container that has not started yet, the engine's wait would return
  // at once.
  const left = new Promise<"left">((resolve) => line.once("close", () => resolve("left")));
  let output = "";
  const armed = new Promise<void>((resolve) => {
    const sink = new Writable({
      write: (chunk: Buffer, _, done) => {
        output += chunk.toString("utf8");
        if (output.includes(ARMED)) resolve();
        done();
      },
    });
    docker.modem.demuxStream(line, sink, sink);
  });
  try {
    await container.start();
  } catch (error) {
    line.destroy();
    await remove();
    throw error;
  }
  const late = sleep(ARMED_WITHIN_MS, "late", { ref: false });
  const first = await Promise.race([armed, left, late]);
  if (first !== undefined) {
    // When the connection ends, it undoes what it may have done.
    line.destroy();
    const why =
      first === "late" ? `no answer within ${ARMED_WITHIN_MS / 1000} s` : output.replaceAll(/\s+/g, " ").trim();
    throw new Error(`the dead man's switch could not be armed: ${why}`);
  }
  const beat = setInterval(() => line.write("beat\n"), BEAT_MS);
  // Does not keep the process alive: when it ends, so does the fault.
  beat.unref();
  return {
    run: async (script) => {
      const { exitCode, output } = await clientOf(engine).container.exec(container, ["bash", "-c", script]);
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
 * Removes switches of dead owners that have exited without being removed by the engine, or were never started because their
 * owner died at that moment: they do nothing, and nothing else removes them.
 */
export async function removeSpent(docker: Docker): Promise<void> {
  const filters = { label: [SWITCH_LABEL], status: ["created", "exited", "dead"] };
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters }))
    if (isDead(Labels[OWNER_LABEL] ?? "")) await docker.getContainer(Id).remove().catch(unlessGone);
}

/** It may just have exited by itself. */
function unlessGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
