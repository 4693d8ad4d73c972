/** Injects faults into attached containers, one into each, reports when all are injected, and waits to be killed. */
import { armSwitch } from "../harness/systems/attached/dead-mans-switch.ts";
import { findTargets } from "../harness/systems/attached/find.ts";
import { Journal } from "../harness/systems/attached/journal.ts";
import { targetOf } from "../harness/systems/attached/target.ts";
import { reachEngine } from "../harness/systems/lab/engine.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";

export interface Breaking {
  /** The fault's kind; any other word: only the switch is armed. */
  kind: string;
  /** The container's name, and the folder of its journal. */
  name: string;
  folder: string;
}

const [, , run, tools, faults] = process.argv as [string, string, string, string, string];
const engine = await reachEngine();
const targets = await Promise.all(
  (JSON.parse(faults) as Breaking[]).map(async ({ kind, name, folder }) => {
    const find = { server: { is: "server", find: { container: name } } } as const;
    const [found] = await findTargets(dockerOf(engine), find);
    if (found === undefined) throw new Error(`${name} was not found`);
    const target = targetOf(found, { run, engine, tools, journal: new Journal(folder, null), ttlSeconds: 60 });
    return { kind, name, id: found.id, target };
  }),
);
process.stdout.write("ready\n");
await Promise.all(
  targets.map(async ({ kind, name, id, target }) => {
    if (kind === "target-loss") await target.kill();
    else if (kind === "target-crash") await target.crash();
    else if (kind === "target-freeze") await target.freeze();
    else if (kind === "target-isolation") await target.isolate();
    else if (kind === "target-starvation") await target.limitProcessor(0.02);
    else await armSwitch(engine, tools, { how: "start", container: { id, name } }, 60);
  }),
);
process.stdout.write("injected\n");
setInterval(() => {}, 1000);
