/** One site's bridge: receives its broker's messages and writes them to the service like any client. */
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
/** A third of its MQTT client's keep-alive. The client drops its connection after one and a half times the keep-alive. */
const GIVE_UP_MS = 20_000;
const RETRY_MS = 500;
const TIMEOUT_MS = 5000;

export interface Bridge extends Contained {
  /** Its own output so far (stdout), without Node's report of a crash. */
  ledger: () => Promise<string>;
}

export async function startBridge(
  engine: Engine,
  where: Where,
  side: SiteName,
  { qos, write, acknowledge }: Omit<DevicesSettings, "broker">,
): Promise<Bridge> {
  const settings = {
    ...{ side, broker: `mqtt://broker-${side}:${BROKER_PORT}`, topic: TOPIC.ofAll },
    ...{ fhir: `http://${linkAddress("edge")}/fhir`, qos, write, acknowledge },
    // A lab is disposable: writes there carry no tags.
    ...{ identifierSystem: MESSAGE_SYSTEM, requestPrefix: DEVICE_REQUEST_PREFIX, tags: [] },
    ...{ giveUpMs: GIVE_UP_MS, retryMs: RETRY_MS, timeoutMs: TIMEOUT_MS },
  };
  const container = await new DrillContainer(where, `bridge-${side}`)
    .withEnvironment({ FHIRDRILL_BRIDGE: JSON.stringify(settings) })
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
