/** Injects a fault into a container that is not ours, says so, and waits to be killed. */
import { findTargets } from "../harness/systems/attached/find.ts";
import { targetOf } from "../harness/systems/attached/target.ts";
import { reachEngine } from "../harness/systems/lab/engine.ts";

const [, , kind, container, tools] = process.argv as [string, string, string, string, string];
const engine = await reachEngine();
const [found] = await findTargets(engine.container.dockerode, { server: { is: "server", find: { container } } });
if (found === undefined) throw new Error("it was not found");
const target = targetOf(found, { engine, tools, ttlSeconds: 60 });
if (kind === "target-loss") await target.kill();
else if (kind === "target-freeze") await target.freeze();
else await target.isolate();
process.stdout.write("injected\n");
setInterval(() => {}, 1000);
