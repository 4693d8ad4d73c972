/**
 * The bridge: takes the messages of devices from its region's broker, one after the other, and writes each to the FHIR
 * service as an Observation. Its ledger is its output, a line of JSON for each thing that happens. On port 8080 it says
 * whether it has subscribed (200) or not (503).
 *
 * With `after-fhir`, the broker gets its PUBACK once FHIR has acknowledged the write: what FHIR does not take stays with the
 * broker, and comes again after a crash. With `at-once` it gets it when the message has come, and what waits in this program
 * dies with it.
 */
import { writeSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import mqtt from "mqtt";

export interface BridgeSettings {
  side: string;
  broker: string;
  fhir: string;
  topic: string;
  qos: 0 | 1;
  write: "put" | "conditional-create";
  acknowledge: "after-fhir" | "at-once";
  /** Of the identifier that names a message, `device:seq`. */
  identifierSystem: string;
  /** Begins the request id of each write. */
  requestPrefix: string;
  /** Of what a drill writes. */
  tags: { system: string; code: string }[];
  /**
   * After so long without success a message is given back to the broker. The client answers no pings while it waits for a
   * message, and after one and a half times the keep-alive it would take its own connection for dead: this is far below.
   */
  giveUpMs: number;
  retryMs: number;
  timeoutMs: number;
}

export interface Reading {
  device: string;
  seq: number;
  value: number;
}

type Tell = (line: Record<string, unknown>) => void;
type Ask = (url: string, init: RequestInit) => Promise<{ status: number; text: () => Promise<string> }>;

/** The request that writes a reading, without its address. */
export function requestOf(
  { device, seq, value }: Reading,
  { write, identifierSystem, requestPrefix, tags }: BridgeSettings,
): { path: string; method: string; headers: Record<string, string>; body: string } {
  const id = `${device}-${seq}`;
  const identifier = { system: identifierSystem, value: `${device}:${seq}` };
  const body = {
    resourceType: "Observation",
    ...(write === "put" ? { id } : {}),
    ...(tags.length === 0 ? {} : { meta: { tag: tags } }),
    identifier: [identifier],
    status: "final",
    code: { text: "device reading" },
    valueQuantity: { value, unit: "1" },
  };
  const headers: Record<string, string> = {
    "Content-Type": "application/fhir+json",
    Prefer: "return=minimal",
    "X-Request-ID": `${requestPrefix}${id}`,
  };
  if (write === "put") return { path: `Observation/${id}`, method: "PUT", headers, body: JSON.stringify(body) };
  headers["If-None-Exist"] = `identifier=${encodeURIComponent(`${identifier.system}|${identifier.value}`)}`;
  return { path: "Observation", method: "POST", headers, body: JSON.stringify(body) };
}

/**
 * Tries until FHIR acknowledges it. What FHIR refuses is tried again like what it does not answer: it may be a site that is
 * read-only for now. False: not within `untilMs`, by the clock.
 */
export async function store(
  reading: Reading,
  settings: BridgeSettings,
  { ask, tell, now, untilMs }: { ask: Ask; tell: Tell; now: () => number; untilMs: number },
): Promise<boolean> {
  const { path, ...init } = requestOf(reading, settings);
  const { device, seq } = reading;
  for (let tries = 1; ; tries += 1) {
    const status = await ask(`${settings.fhir}/${path}`, { ...init, signal: AbortSignal.timeout(settings.timeoutMs) })
      .then(async (answer) => {
        await answer.text();
        return answer.status;
      })
      .catch(() => 0);
    const isStored = status >= 200 && status < 300;
    if (isStored || now() + settings.retryMs >= untilMs) {
      tell({ type: isStored ? "stored" : "given-up", device, seq, status, tries });
      return isStored;
    }
    await sleep(settings.retryMs);
  }
}

function readingIn(payload: Buffer | string): Reading | null {
  try {
    const { device, seq, value } = JSON.parse(payload.toString());
    return typeof device === "string" && Number.isInteger(seq) ? { device, seq, value } : null;
  } catch {
    return null;
  }
}

/** Returns whether it has subscribed, whenever it is asked. */
export function bridge(settings: BridgeSettings, ask: Ask, write: (line: string) => void): () => boolean {
  const { side, broker, topic, qos, acknowledge } = settings;
  const tell: Tell = ({ type, ...rest }) =>
    write(`${JSON.stringify({ type, side, ...rest, epochMs: Date.now() })}\n`);
  let isSubscribed = false;
  /** One message at a time, also across connections: one that comes again waits until its first delivery is through. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>) => {
    last = last.then(work);
  };

  const client = mqtt.connect(broker, {
    protocolVersion: 5,
    clientId: `bridge-${side}`,
    clean: false,
    // Without this the session would end with the connection.
    properties: { sessionExpiryInterval: 24 * 3600 },
    keepalive: 60,
    reconnectPeriod: 500,
    connectTimeout: 2000,
    resubscribe: false,
  });
  client.on("error", () => {});
  client.on("close", () => {
    isSubscribed = false;
  });
  client.on("connect", ({ sessionPresent }) => {
    client.subscribe(topic, { qos }, (error) => {
      if (error) return;
      isSubscribed = true;
      tell({ type: "subscribed", resumed: sessionPresent });
    });
  });

  client.handleMessage = (packet, done) => {
    const reading = packet.cmd === "publish" ? readingIn(packet.payload) : null;
    if (reading === null || packet.cmd !== "publish") return done();
    const { device, seq } = reading;
    const tellReceived = () => tell({ type: "received", device, seq, dup: packet.dup });
    const acknowledged = () => {
      tell({ type: "acknowledged", device, seq });
      done();
    };
    if (acknowledge === "at-once") {
      tellReceived();
      acknowledged();
      inTurn(() => store(reading, settings, { ask, tell, now: Date.now, untilMs: Number.POSITIVE_INFINITY }));
      return;
    }
    const connection = client.stream;
    inTurn(async () => {
      tellReceived();
      const untilMs = Date.now() + settings.giveUpMs;
      const isStored = await store(reading, settings, { ask, tell, now: Date.now, untilMs });
      // On another connection the same packet id may be another message: that one must not be acknowledged.
      if (client.stream !== connection) return;
      if (isStored) acknowledged();
      else connection.destroy();
    });
  };
  return () => isSubscribed;
}

if (import.meta.main) {
  const settings = JSON.parse(process.env.FHIRDRILL_BRIDGE ?? "") as BridgeSettings;
  const hasSubscribed = bridge(settings, fetch, (line) => void writeSync(1, line));
  createServer((_, response) => void response.writeHead(hasSubscribed() ? 200 : 503).end()).listen(8080);
  // As the first process of its container it would ignore them.
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
}
