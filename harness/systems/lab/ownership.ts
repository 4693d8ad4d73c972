/**
 * Ownership of containers, networks and volumes. Everything started is labelled with its run and its owner, the harness
 * process. Only what has our label and an owner known to be dead counts as abandoned.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { COMMAND } from "../../model/program/built.ts";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";
import { ownerOf, stateOfOwner } from "./owner.ts";

export const RUN_LABEL = "org.fhirdrill.run";
export const OWNER_LABEL = "org.fhirdrill.owner";

export function labelsOf(run: string): Record<string, string> {
  return { [RUN_LABEL]: run, [OWNER_LABEL]: thisOwner() };
}

export function thisOwner(): string {
  return ownerOf(process.pid);
}

/** Whether an owner without running containers is known to be dead. */
export function isDead(owner: string): boolean {
  return stateOfOwner(owner, false) === "dead";
}

/** In the order of removal. */
const KINDS = ["containers", "networks", "volumes"] as const;

export type Removed = Record<(typeof KINDS)[number], number>;

/** Removes everything that a run started: the end of every drill and of every test. */
export async function removeRun(engine: Engine, run: string): Promise<Removed> {
  return remove(engine, (one) => one.run === run);
}

/** Removes what killed harnesses left behind; `unknown` lists the runs whose owner's state is unknown here. */
export async function removeAbandoned(engine: Engine): Promise<Removed & { unknown: string[] }> {
  const all = Object.values(await started(engine)).flat();
  const running = new Set(all.flatMap(({ owner, runs }) => (runs ? [owner] : [])));
  const states = new Map(all.map(({ owner }) => [owner, stateOfOwner(owner, running.has(owner))]));
  const removed = await remove(engine, ({ owner }) => states.get(owner) === "dead");
  const unknown = all.flatMap(({ owner, run }) => (states.get(owner) === "unknown" ? [run] : []));
  return { ...removed, unknown: [...new Set(unknown)].toSorted() };
}

/** Removes what this process started and has not removed: nothing, normally, after a drill. */
export async function removeOurs(engine: Engine): Promise<Removed> {
  return remove(engine, ({ owner }) => owner === thisOwner());
}

const LIVING = ["running", "paused", "restarting"];

interface Started {
  run: string;
  owner: string;
  runs: boolean;
  remove: () => Promise<unknown>;
}

/** Everything with our label. */
async function started(engine: Engine): Promise<Record<keyof Removed, Started[]>> {
  const docker = dockerOf(engine);
  const filters = { label: [RUN_LABEL] };
  const of = (labels: Record<string, string> | undefined, remove: Started["remove"], runs = false) => ({
    run: labels?.[RUN_LABEL] ?? "",
    owner: labels?.[OWNER_LABEL] ?? "",
    ...{ runs, remove },
  });
  const force = { force: true, v: true };
  const containers = (await docker.listContainers({ all: true, filters })).map((c) =>
    of(c.Labels, () => docker.getContainer(c.Id).remove(force), LIVING.includes(c.State)),
  );
  const networks = (await docker.listNetworks({ filters })).map((n) =>
    of(n.Labels, () => docker.getNetwork(n.Id).remove()),
  );
  const { Volumes } = await docker.listVolumes({ filters });
  const volumes = (Volumes ?? []).map((v) => of(v.Labels, () => docker.getVolume(v.Name).remove()));
  return { containers, networks, volumes };
}

const ROUNDS = 50;
const BETWEEN_ROUNDS_MS = 200;

/**
 * Repeats until nothing is left: others may be removing the same things, and what was still starting in the first round
 * is visible in the second.
 */
async function remove(engine: Engine, matches: (one: Started) => boolean): Promise<Removed> {
  const total: Removed = { containers: 0, networks: 0, volumes: 0 };
  let refused: unknown = null;
  const tryTo = (one: Started) =>
    one.remove().then(
      () => 1,
      (error) => {
        refused = error;
        return 0;
      },
    );
  for (let round = 0; round < ROUNDS; round += 1) {
    const all = await started(engine);
    const kinds = KINDS.map((kind) => ({ kind, ours: all[kind].filter(matches) }));
    if (kinds.every(({ ours }) => ours.length === 0)) return total;
    if (round > 0) await sleep(BETWEEN_ROUNDS_MS);
    // A network can be removed when no container is in it any more, a volume when none mounts it.
    for (const { kind, ours } of kinds) for (const one of await Promise.all(ours.map(tryTo))) total[kind] += one;
  }
  throw new DrillFailure({
    what: "some containers, networks or volumes could not be removed",
    why: reasonOf(refused),
    todo: `run \`${COMMAND} clean\``,
  });
}
