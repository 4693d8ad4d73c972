/** The failover proxy in front: nginx, latched to one side. */
import { readFile } from "node:fs/promises";
import type { StartedTestContainer } from "testcontainers";
import type { Clock, ClockSample } from "../model/clock.ts";
import { SIDES, type Side } from "../model/side.ts";
import { currentPort, DrillContainer, untilAnswers, type Where } from "./container.ts";
import type { Engine } from "./engine.ts";
import { linkAddress } from "./links.ts";

const PORT = 80;
const LATCH_FILE = "/etc/nginx/latch.conf";
const CONFIG = new URL("../../docker/nginx/nginx.conf", import.meta.url);

export interface FailoverProxy {
  container: StartedTestContainer;
  /** Sends all new requests to one side, for good. */
  latch: (side: Side) => Promise<void>;
  /** What the containers' clock says, between two readings of the harness's. */
  readClock: (clock: Clock) => Promise<ClockSample>;
}

export async function startProxy(engine: Engine, where: Where, side: Side): Promise<FailoverProxy> {
  const container = await new DrillContainer(where, "nginx")
    .withCopyContentToContainer([
      { content: await readFile(CONFIG, "utf8"), target: "/etc/nginx/nginx.conf" },
      { content: latchText(side), target: LATCH_FILE },
    ])
    .withLoopbackPorts(PORT)
    .start();
  // By its port of now: a proxy that was started again has another.
  const clockUrl = async () => `http://127.0.0.1:${await currentPort(engine, container, PORT)}/clock`;
  const waiting = { what: "nginx to answer", deadlineMs: 30_000, everyMs: 50, signal: where.signal };
  await untilAnswers(engine, container, waiting, async () => (await fetch(await clockUrl())).ok);
  return {
    container,
    latch: async (to) => {
      await container.copyContentToContainer([{ content: latchText(to), target: LATCH_FILE }]);
      const done = await container.exec(["sh", "-c", "nginx -t -q && nginx -s reload"]);
      if (done.exitCode !== 0) throw new Error(`nginx refuses the latch to ${to}: ${done.output.trim()}`);
    },
    readClock: async (clock) => {
      const url = await clockUrl();
      const askedMs = clock();
      const text = await (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
      return { askedMs, answeredMs: clock(), epochMs: Number(text) * 1000 };
    },
  };
}

function latchText(to: Side): string {
  return SIDES.map((side) => `server ${linkAddress(`hapi-${side}`)} ${side === to ? "max_fails=0" : "down"};\n`).join(
    "",
  );
}
