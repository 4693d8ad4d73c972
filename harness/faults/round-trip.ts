/**
 * One request through a link, over a connection of its own, and its outcome. Each server gets a request that it answers
 * at once and without side effects: nginx for its clock, HAPI for its readiness, PostgreSQL for TLS.
 *
 * The engine's published port is between the harness and a link: it accepts everything and forwards a reset as a close.
 * So outcomes that differ only on the network itself are not distinguished here.
 */
import { connect } from "node:net";
import type { Link } from "../model/plan/site.ts";
import { hostAndPort } from "../system/address.ts";
import type { System } from "../system/system.ts";

/** `refused`: nothing listens; `ended`: the connection closes without an answer; `silent`: nothing comes in time. */
export type Answer = "answered" | "refused" | "ended" | "silent";

export interface RoundTrip {
  answer: Answer;
  /** From connecting to the first byte of the answer, or to the outcome that came instead. */
  tookMs: number;
  /** From closing our end, after the answer, to the server's close; `null` if that did not come in time. */
  closedMs: number | null;
}

const LIMIT_MS = 1000;

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const get = (path: string) => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: fhirdrill\r\n\r\n`);
const READY = get("/actuator/health/readiness");

const REQUESTS: Record<Link, Buffer> = {
  edge: get("/clock"),
  "hapi-a": READY,
  "hapi-b": READY,
  "pg-a": SSL_REQUEST,
  "pg-b": SSL_REQUEST,
  replication: SSL_REQUEST,
  "replication-back": SSL_REQUEST,
};

/** `limitMs` applies to the answer, and again to the close. */
export function roundTrip({ links }: Pick<System, "links">, link: Link, limitMs = LIMIT_MS): Promise<RoundTrip> {
  return new Promise((resolve) => {
    const beganMs = performance.now();
    let answeredMs: number | null = null;
    const socket = connect(hostAndPort(links.addressOf(link)));
    const finish = (answer: Answer) => {
      const nowMs = performance.now();
      clearTimeout(timer);
      socket.destroy();
      if (answeredMs === null) resolve({ answer, tookMs: Math.round(nowMs - beganMs), closedMs: null });
      else {
        const closedMs = answer === "silent" ? null : Math.round(nowMs - answeredMs);
        resolve({ answer: "answered", tookMs: Math.round(answeredMs - beganMs), closedMs });
      }
    };
    let timer = setTimeout(() => finish("silent"), limitMs);
    let connected = false;
    socket.on("connect", () => {
      connected = true;
      socket.write(REQUESTS[link]);
    });
    socket.once("data", () => {
      answeredMs = performance.now();
      socket.end();
      socket.resume();
      clearTimeout(timer);
      timer = setTimeout(() => finish("silent"), limitMs);
    });
    socket.on("error", () => finish(connected ? "ended" : "refused"));
    socket.on("close", () => finish("ended"));
  });
}
