/** Injects a fault into a container that is not ours, says so, and waits to be killed. */
import { armSwitch } from "../harness/systems/attached/dead-mans-switch.ts";
import { findTargets } from "../harness/systems/attached/find.ts";
import { Journal } from "../harness/systems/attached/journal.ts";
import { targetOf } from "../harness/systems/attached/target.ts";
import { reachEngine } from "../harness/systems/lab/engine.ts";

const [, , kind, container, tools, folder] = process.argv as string[] as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const engine = await reachEngine();
const [found] = await findTargets(engine.container.dockerode, { server: { is: "server", find: { container } } });
if (found === undefined) throw new Error("it was not found");
const target = targetOf(found, { run: "broken", engine, tools, journal: new Journal(folder, null), ttlSeconds: 60 });
process.stdout.write("ready\n");
if (kind === "target-loss") await target.kill();
else if (kind === "target-crash") await target.crash();
else if (kind === "target-freeze") await target.freeze();
else if (kind === "target-isolation") await target.isolate();
else if (kind === "target-starvation") await target.limitProcessor(0.02);
else await armSwitch(engine, tools, { how: "start", container: { id: found.id, name: container } }, 60);
process.stdout.write("injected\n");
setInterval(() => {}, 1000);
