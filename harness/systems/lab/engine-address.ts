/**
 * The address of the container engine. If DOCKER_HOST or a docker context names one, no other is used. A drill needs an
 * engine on this machine: it mounts a folder into a container and connects to ports on 127.0.0.1.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { DrillFailure, usageFailure } from "../../model/program/failure.ts";

const ANSWER_MS = 5000;
const LOCAL = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

export interface Named {
  url: string;
  /** Ends the sentence "the engine named by …". */
  by: string;
  /** How to undo the naming. */
  undo: string;
}

/** The engine that the user has named, with the precedence of the docker command; `null` for none. */
export function namedEngine(env: NodeJS.ProcessEnv = process.env, home = homedir()): Named | null {
  if (env.DOCKER_HOST) return checked({ url: env.DOCKER_HOST, by: "DOCKER_HOST", undo: "unset DOCKER_HOST" });
  const folder = env.DOCKER_CONFIG || join(home, ".docker");
  const context = env.DOCKER_CONTEXT || read(join(folder, "config.json"))?.currentContext;
  if (!context || context === "default") return null;
  const by = `the docker context "${context}"`;
  const undo = env.DOCKER_CONTEXT ? "unset DOCKER_CONTEXT" : "run `docker context use default`";
  const hash = createHash("sha256").update(context).digest("hex");
  const url = read(join(folder, "contexts", "meta", hash, "meta.json"))?.Endpoints?.docker?.Host;
  if (url) return checked({ url, by, undo });
  throw usageFailure(`${by} names no container engine`, `${folder} has no such context, or no engine in it`, undo);
}

interface DockerFile {
  currentContext?: string;
  Endpoints?: { docker?: { Host?: string } };
}

function read(path: string): DockerFile | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function checked(named: Named): Named {
  const { url, by, undo } = named;
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "" };
  const what = `a drill cannot use the container engine named by ${by}`;
  if (!["unix:", "npipe:", "tcp:", "http:", "https:", "ssh:"].includes(protocol))
    throw usageFailure(what, `${url} is not an address of an engine`, undo);
  if (protocol === "ssh:" || (hostname !== "" && !LOCAL.test(hostname))) {
    const why = `${url} is another machine: it cannot mount the results folder, and does not answer at 127.0.0.1`;
    throw usageFailure(what, why, `run the drill on the engine's own machine, or ${undo}`);
  }
  return named;
}

/** The default sockets, for an engine that is not named; rootless ones come last. */
export function usualSockets(env: NodeJS.ProcessEnv = process.env, home = homedir()): string[] {
  const runtime = env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.()}`;
  return [
    "/var/run/docker.sock",
    ...[join(runtime, "docker.sock"), join(home, ".docker/run/docker.sock"), join(home, ".docker/desktop/docker.sock")],
  ].filter((path) => existsSync(path));
}

/** `null` when something listens, else the error. */
export function knock(url: string): Promise<NodeJS.ErrnoException | null> {
  const { protocol, hostname, port, pathname } = new URL(url);
  const onSocket = protocol === "unix:" || protocol === "npipe:";
  const place = onSocket
    ? { path: decodeURIComponent(pathname) }
    : { host: hostname.replaceAll(/[[\]]/g, ""), port: Number(port || 2375) };
  return new Promise((resolve) => {
    const socket = connect(place);
    const end = (error: Error | null) => {
      socket.destroy();
      resolve(error);
    };
    socket.setTimeout(ANSWER_MS, () => end(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    socket.once("connect", () => end(null));
    socket.once("error", end);
  });
}

/** The user's name, or the numeric id without one. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}

/** The failure for an engine that runs but refuses this user. */
export function accessDenied(path: string): DrillFailure {
  const username = nameOfUser();
  return new DrillFailure({
    what: "this user may not use the container engine",
    why: `${path}: permission denied for ${username}`,
    todo: `add the user to its group (sudo usermod -aG docker ${username}) and log in again`,
  });
}
