/** A server that answers at once, in its own container, so that a bench measures only its clients (`stand-in.conf`). */
import { readFileSync } from "node:fs";
import { startSignal } from "../harness/model/load/start-signal.ts";
import { HAPI_DIALECT } from "../harness/model/plan/dialect.ts";
import { prepareFooting } from "../harness/run/set-up.ts";
import { until } from "../harness/system/waiting.ts";
import { createNetwork, currentPort, DrillContainer } from "../harness/systems/lab/container.ts";
import type { Engine } from "../harness/systems/lab/engine.ts";
import { removeRun } from "../harness/systems/lab/ownership.ts";

const NAME = "stand-in";
const PORT = 80;
const CONFIGURATION = new URL("stand-in.conf", import.meta.url);
const PATIENCE_MS = 120_000;

export interface StandIn {
  engine: Engine;
  run: string;
  network: string;
  images: Record<"k6" | "nginx", string>;
  /** Its URL for clients in its network. */
  baseUrl: string;
  /** Resolves when that many runners wait for their signal, and there is no other client. */
  untilWaiting: (runners: number) => Promise<void>;
  /** Starts all runners with that seed. */
  giveSignal: (seed: number) => Promise<void>;
  release: () => Promise<unknown>;
}

export async function startStandIn(): Promise<StandIn> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const view = { say, step: () => {}, event: () => {}, live: () => {} };
  const { engine, images: used } = await prepareFooting({ mode: "auto", wanted: ["k6", "nginx", "tools"] }, view);
  const images = { k6: used.k6.name, nginx: used.nginx.name };
  const run = `bench-${process.pid}`;
  const release = () => removeRun(engine, run);
  try {
    const network = await createNetwork(engine, run);
    const container = await new DrillContainer({ run, network, image: images.nginx }, NAME)
      .withCopyContentToContainer([{ content: readFileSync(CONFIGURATION, "utf8"), target: "/etc/nginx/nginx.conf" }])
      .withLoopbackPorts(PORT)
      .start();
    const port = await currentPort(engine, container, PORT);
    const connections = async () => connectionsIn(await (await fetch(`http://127.0.0.1:${port}/served`)).text());
    const waiting = { deadlineMs: PATIENCE_MS, everyMs: 100 };
    await until({ ...waiting, what: "the stand-in to answer" }, connections);
    const untilWaiting: StandIn["untilWaiting"] = async (runners) => {
      const what = `${runners} runners to wait for their signal`;
      await until({ ...waiting, what }, async () => (await connections()) > runners);
    };
    const giveSignal: StandIn["giveSignal"] = async (seed) => {
      const target = `/tmp/given/fhir/${startSignal(seed, HAPI_DIALECT).look}`;
      await container.copyContentToContainer([{ content: "{}", target, mode: 0o644 }]);
    };
    const baseUrl = `http://${NAME}/fhir`;
    return { engine, run, network, images, baseUrl, untilWaiting, giveSignal, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Open connections, our own included, as nginx reports them. */
function connectionsIn(status: string): number {
  const open = /Active connections: (\d+)/.exec(status)?.[1];
  if (open === undefined) throw new Error(`the stand-in says no number: ${status}`);
  return Number(open);
}
