/** Finds the container engine that is meant, or says why it cannot be reached. Starts nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { getContainerRuntimeClient } from "testcontainers";
import { COMMAND } from "../../model/program/built.ts";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import { accessDenied, knock, type Named, namedEngine, usualSockets } from "./engine-address.ts";
import { dockerOf, type Engine, engineBy } from "./engine-client.ts";

export type { Engine };

const ANSWER_MS = 10_000;
const LATE = Symbol("late");

/** `null` when none answers, whatever the reason. */
export function findEngine(): Promise<Engine | null> {
  return reachEngine().catch(() => null);
}

/** No engine was named and none runs: the only case in which one may be started. */
export class NoEngine extends DrillFailure {}

/** The engine that is meant. Throws a failure that says why it cannot be reached. Starts nothing. */
export async function reachEngine(): Promise<Engine> {
  const named = namedEngine();
  if (named) await reachNamed(named);
  else await reachUsual();
  const address = named ? `the container engine named by ${named.by}` : "the container engine";
  try {
    const engine = engineBy(await inTime(getContainerRuntimeClient()));
    await inTime(dockerOf(engine).ping());
    // Testcontainers goes on to the next socket when the first does not answer as an engine.
    if (named && !isAt(engine, named.url)) throw new Error(`${named.url} does not answer as a container engine does`);
    return engine;
  } catch (error) {
    const todo = named ? `restart it, or ${named.undo}` : "restart it, and run the command again";
    throw new DrillFailure({ what: `${address} does not answer`, why: reasonOf(error), todo }, { cause: error });
  }
}

function isAt(engine: Engine, url: string): boolean {
  const { socketPath, host } = dockerOf(engine).modem as { socketPath?: string; host?: string };
  const { hostname, pathname } = new URL(url);
  return hostname === "" ? socketPath === pathname : host === hostname;
}

async function reachNamed({ url, by, undo }: Named): Promise<void> {
  const error = await knock(url);
  if (error?.code === "EACCES") throw accessDenied(url);
  if (error) {
    const text = { what: `the container engine named by ${by} does not answer`, why: `${url}: ${error.message}` };
    throw new DrillFailure({ ...text, todo: `start it, or ${undo}` });
  }
  // Testcontainers knows no docker contexts.
  process.env.DOCKER_HOST = url;
}

async function reachUsual(): Promise<void> {
  let denied: string | null = null;
  for (const path of usualSockets()) {
    const error = await knock(pathToFileURL(path).href.replace(/^file:/, "unix:"));
    if (error === null) return;
    if (error.code === "EACCES") denied ??= path;
  }
  if (denied !== null) throw accessDenied(denied);
  throw new NoEngine({
    what: "no container engine answers",
    why: "nobody listens on any of its usual sockets",
    todo: "install and start Docker, then run the command again",
  });
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = sleep(ANSWER_MS, LATE, { ref: false });
  const first = await Promise.race([answer, late]);
  if (first === LATE) throw new Error(`it takes connections, and has said nothing for ${ANSWER_MS / 1000} s`);
  return first as T;
}

export async function versionOf(engine: Engine): Promise<string> {
  return (await dockerOf(engine).version()).Version;
}

/** For people: what it speaks, and its version. */
export async function describeEngine(engine: Engine): Promise<string> {
  return `Docker API, version ${await versionOf(engine)}`;
}

/** The engine died or hangs: a failure of its own, because nothing here can fix it. */
export function engineGone(cause: unknown): DrillFailure {
  const text = {
    what: "the container engine stopped answering",
    why: "it was there when the drill began",
    todo: `start it again; the next run, or \`${COMMAND} clean\`, removes what is left of this one`,
  };
  return new DrillFailure(text, { cause });
}
