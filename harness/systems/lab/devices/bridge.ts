/** One site's bridge: takes what its broker has, and writes it to the service as any client does. */
import { DEVICE_REQUEST_PREFIX, MESSAGE_SYSTEM, TOPIC } from "../../../model/load/device-message.ts";
import type { DevicesSettings } from "../../../model/plan/devices.ts";
import type { SiteName } from "../../../model/plan/site.ts";
import { ANSWER_MS, type Contained } from "../component.ts";
import { currentPort, DrillContainer, handleOf, untilAnswers, type Where } from "../container.ts";
import { readLog } from "../container-log.ts";
import type { Engine } from "../engine.ts";
import { linkAddress } from "../links.ts";
import { BROKER_PORT } from "./broker.ts";

const PORT = 8080;
/** A third of its client's keep-alive, after one and a half of which that would give up its own connection. */
const GIVE_UP_MS = 20_000;
const RETRY_MS = 500;
const TIMEOUT_MS = 5000;

export interface Bridge extends Contained {
  /** Its own output so far, without what Node says of a crash. */
  ledger: () => Promise<string>;
}

export async function startBridge(
  engine: Engine,
  where: Where,
  side: SiteName,
  { qos, write, acknowledge }: Omit<DevicesSettings, "broker">,
): Promise<Bridge> {
  const told = {
    ...{ side, broker: `mqtt://broker-${side}:${BROKER_PORT}`, topic: TOPIC.ofAll },
    ...{ fhir: `http://${linkAddress("edge")}/fhir`, qos, write, acknowledge },
    // A lab is thrown away: what is written there bears no tags.
    ...{ identifierSystem: MESSAGE_SYSTEM, requestPrefix: DEVICE_REQUEST_PREFIX, tags: [] },
    ...{ giveUpMs: GIVE_UP_MS, retryMs: RETRY_MS, timeoutMs: TIMEOUT_MS },
  };
  const container = await new DrillContainer(where, `bridge-${side}`)
    .withEnvironment({ FHIRDRILL_BRIDGE: JSON.stringify(told) })
    .withLoopbackPorts(PORT)
    .start();
  const answers = async () => {
    const url = `http://127.0.0.1:${await currentPort(engine, container, PORT)}/`;
    return (await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) })).ok;
  };
  const waiting = { what: `the bridge of ${side.toUpperCase()} to subscribe`, deadlineMs: 30_000, everyMs: 100 };
  await untilAnswers(engine, container, { ...waiting, signal: where.signal }, answers);
  const handle = handleOf(engine, container);
  return { container, answers, ledger: async () => (await readLog(handle, { stderr: false })).toString("utf8") };
}
