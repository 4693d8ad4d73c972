/** For tests: a fake engine, with target containers and the containers beside them. */
import { Duplex } from "node:stream";
import type { Engine } from "../../lab/engine.ts";
import { fakeEngine } from "../../lab/testing/fake-engine.ts";
import { SWITCH_LABEL } from "../dead-mans-switch.ts";
import { IS_CUT_OFF, ISOLATE, REJOIN, RULES } from "../isolation.ts";
import type { Limit } from "../journal.ts";

export interface MadeUp {
  id: string;
  name: string;
  status: "running" | "paused" | "exited" | "restarting";
  /** Isolated by rules in its network. */
  cutOff: boolean;
  host: Partial<Limit> & { NetworkMode?: string };
}

export interface MadeUpEngine {
  engine: Engine;
  containers: MadeUp[];
  /** The requests that change something, in order: `pause db-1`, `switch db-1`. */
  changes: string[];
  /** Error messages instead of the change, by request, such as `pause db-1`. */
  refuses: Map<string, string>;
  /** Called before each change. */
  onChange: (what: string) => void;
}

interface Wanted {
  Entrypoint: string[];
  Labels: Record<string, string>;
  HostConfig: { NetworkMode: string };
}

export function aContainer(name: string, has: Partial<MadeUp> = {}): MadeUp {
  return { id: `id-of-${name}`, name, status: "running", cutOff: false, host: {}, ...has };
}

export function madeUpEngine(...containers: MadeUp[]): MadeUpEngine {
  const made: MadeUpEngine = {
    engine: fakeEngine(),
    ...{ containers, changes: [], refuses: new Map(), onChange: () => {} },
  };
  const change = (what: string) => {
    made.onChange(what);
    const refusal = made.refuses.get(what);
    if (refusal !== undefined) throw Object.assign(new Error(refusal), { statusCode: 500 });
    made.changes.push(what);
  };
  const known = (id: string): MadeUp => {
    const one = containers.find((each) => each.id === id);
    if (one === undefined) throw Object.assign(new Error(`no such container: ${id}`), { statusCode: 404 });
    return one;
  };
  const set = (id: string, what: string, status: MadeUp["status"]) => {
    const one = known(id);
    change(`${what} ${one.name}`);
    one.status = status;
    // Its network namespace disappears with its process, and the rules with it.
    if (status === "exited") one.cutOff = false;
  };
  const dockerode = {
    listContainers: async ({ filters }: { filters?: object } = {}) =>
      // Only switches are listed with a filter, and there are none.
      filters ? [] : containers.map(({ id, name }) => ({ Id: id, Names: [`/${name}`], Labels: {} })),
    getContainer: (id: string) => ({
      inspect: async () => {
        const { status, host } = known(id);
        const [Running, Paused] = [status !== "exited", status === "paused"];
        return { State: { Status: status, Running, Paused, StartedAt: "1", Pid: 7 }, HostConfig: { ...host } };
      },
      kill: async () => set(id, "kill", "exited"),
      start: async () => set(id, "start", "running"),
      pause: async () => set(id, "pause", "paused"),
      unpause: async () => set(id, "unpause", "running"),
      update: async (limit: Partial<Limit>) => {
        const one = known(id);
        change(`update ${one.name} ${JSON.stringify(limit)}`);
        Object.assign(one.host, limit);
      },
    }),
    createContainer: async ({ Entrypoint, Labels, HostConfig }: Wanted) => {
      const script = Entrypoint.at(-1) as string;
      return SWITCH_LABEL in Labels
        ? aSwitch(known(Labels[SWITCH_LABEL] as string), script, change)
        : beside(script, HostConfig.NetworkMode, () => known(HostConfig.NetworkMode.replace("container:", "")), change);
    },
    modem: {
      demuxStream: (from: Duplex, to: NodeJS.WritableStream) => from.on("data", (piece) => to.write(piece)),
    },
  };
  const info = { containerRuntime: { remoteSocketPath: "/run/engine.sock" } };
  const exec = async () => Promise.reject(new Error("nothing runs in it"));
  made.engine = fakeEngine(dockerode, { info, exec });
  return made;
}

/** A switch that prints that it is armed, and never acts. */
function aSwitch(target: MadeUp, script: string, change: (what: string) => void) {
  const line = new Duplex({ read: () => {}, write: (_piece, _, done) => done() });
  let began = false;
  return {
    attach: async () => line,
    start: async () => {
      began = true;
      try {
        change(`switch ${target.name}`);
      } catch (error) {
        line.push(`${(error as Error).message}\n`);
        line.push(null);
        line.on("end", () => line.destroy());
        return;
      }
      if (script.startsWith(ISOLATE)) target.cutOff = true;
      line.push("armed\n");
    },
    // As engines do: waiting for a container that has not started returns at once.
    wait: async () => (began ? new Promise(() => {}) : { StatusCode: 0 }),
    remove: async () => change(`disarm ${target.name}`),
  };
}

function beside(script: string, NetworkMode: string, target: () => MadeUp, change: (what: string) => void) {
  const inNetwork = NetworkMode !== "none";
  let ended = { StatusCode: 0, output: "" };
  return {
    start: async () => {
      if (inNetwork && !["running", "paused"].includes(target().status)) throw new Error("it has no network");
      if (script === IS_CUT_OFF) ended = { StatusCode: target().cutOff ? 0 : 1, output: "" };
      else if (script === RULES) ended.output = target().cutOff ? "[3:180] -A FHIRDRILL -j DROP\r\n" : "";
      else if (script === REJOIN) {
        change(`rejoin ${target().name}`);
        target().cutOff = false;
      } else change(script);
    },
    wait: async () => ended,
    logs: async () => Buffer.from(ended.output),
    remove: async () => {},
  };
}
