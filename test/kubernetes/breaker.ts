/** Breaks an attached pod, reports it, and waits to be killed. */
import { KubernetesSchema } from "../../harness/model/plan/own-system.ts";
import { Journal } from "../../harness/systems/attached/journal.ts";
import { clusterOf } from "../../harness/systems/attached/kubernetes/cluster.ts";
import { findPods } from "../../harness/systems/attached/kubernetes/find-pods.ts";
import { podTargetOf } from "../../harness/systems/attached/kubernetes/target.ts";

const [, , settings, name, folder] = process.argv as [string, string, string, string, string];
const kubernetes = KubernetesSchema.parse(JSON.parse(settings));
const cluster = clusterOf(kubernetes);
const [found] = await findPods(cluster, { server: { is: "server", find: { pod: { app: name } } } }, true);
if (found === undefined) throw new Error(`${name} was not found`);
const around = { run: "breaker", cluster, kubernetes, journal: new Journal(folder, null), ttlSeconds: 60 };
await podTargetOf(found, around).isolate();
process.stdout.write("injected\n");
setInterval(() => {}, 1000);
