/** Answers as Patroni 4.0.7 gave them, and what is read from them; an HTTP server stands in for Patroni. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen } from "../../../system/testing/loopback-server.ts";
import { type Rest, restOf } from "./rest.ts";

interface Asked {
  method: string;
  path: string;
  body: string;
}

let server: Server;
let rest: Rest;
const asked: Asked[] = [];
let answer: { status: number; text: string };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    asked.push({ method: request.method ?? "", path: request.url ?? "", body });
    response.writeHead(answer.status).end(answer.text);
  });
  const address = await listen(server);
  rest = restOf(async () => `http://${address}`);
});

afterAll(() => void server.close());

function answers(content: unknown, status = 200): void {
  answer = { status, text: typeof content === "string" ? content : JSON.stringify(content) };
}

const LEADER = {
  ...{ name: "pg-a", role: "leader", state: "running", timeline: 1 },
  ...{ api_url: "http://pg-a:8008/patroni", host: "toxiproxy", port: 5441 },
};
const STANDBY = { ...LEADER, name: "pg-b", role: "replica", state: "streaming", port: 5442, lag: 0 };

test("who holds the lock, and how far the other is behind", async () => {
  answers({ members: [LEADER, STANDBY], scope: "fhirdrill" });
  const { members } = await rest.cluster();
  expect(members.map(({ name, role, state, timeline, lag }) => [name, role, state, timeline, lag])).toEqual([
    ["pg-a", "leader", "running", 1, undefined],
    ["pg-b", "replica", "streaming", 1, 0],
  ]);
  expect(asked.at(-1)).toEqual({ method: "GET", path: "/cluster", body: "" });
});

test("a member that is just being made has no timeline, and a lag that nobody knows", async () => {
  const { timeline: _, ...made } = { ...STANDBY, state: "creating replica", lag: "unknown" };
  answers({ members: [LEADER, made], scope: "fhirdrill" });
  expect((await rest.cluster()).members[1]).toMatchObject({ lag: "unknown" });
});

test("nobody may be a member yet", async () => {
  answers({ members: [], scope: "fhirdrill" });
  expect((await rest.cluster()).members).toEqual([]);
});

test("a member that is woken is told to change what is not there", async () => {
  answers({ ttl: 30 });
  await rest.wake();
  expect(asked.at(-1)).toEqual({ method: "PATCH", path: "/config", body: '{"fhirdrill":null}' });
  answers("no configuration", 503);
  await expect(rest.wake()).rejects.toThrow("Patroni answers a change with status 503: no configuration");
});

test("what a member says of its own server", async () => {
  answers({
    ...{
      state: "running",
      postmaster_start_time: "2026-11-28 14:46:21.986464+00:00",
      role: "replica",
      server_version: 170012,
    },
    xlog: { received_location: 50839888, replayed_location: 50839888, replayed_timestamp: null, paused: false },
    ...{ timeline: 1, replication_state: "streaming", dcs_last_seen: 1795877208 },
    patroni: { version: "4.0.7", scope: "fhirdrill", name: "pg-b" },
  });
  expect(await rest.status()).toEqual({
    state: "running",
    role: "replica",
    timeline: 1,
    replication_state: "streaming",
  });
});

test("one that has no server yet says so", async () => {
  answers({ state: "creating replica", role: "uninitialized", dcs_last_seen: 1795876972, patroni: { name: "pg-b" } });
  expect(await rest.status()).toEqual({ state: "creating replica", role: "uninitialized" });
});

test("when each timeline was left, and for whom", async () => {
  answers([[1, 50839888, "no recovery target specified", "2026-11-28T14:47:14.444550+00:00", "pg-b"]]);
  const why = "no recovery target specified";
  expect(await rest.history()).toEqual([
    { timeline: 1, lsn: 50839888, why, at: "2026-11-28T14:47:14.444550+00:00", leader: "pg-b" },
  ]);
  // The new leader adds the time one round later.
  answers([[1, 50839888, why]]);
  expect(await rest.history()).toEqual([{ timeline: 1, lsn: 50839888, why, at: null, leader: null }]);
});

test("a restart is over when Patroni says so, and refused in its own words", async () => {
  answers("restarted successfully");
  await rest.restart();
  expect(asked.at(-1)).toEqual({ method: "POST", path: "/restart", body: "{}" });
  answers("restart failed", 503);
  await expect(rest.restart()).rejects.toThrow("status 503: restart failed");
});

test.each([
  ["an error", { members: [LEADER], scope: "fhirdrill" }, 503],
  ["no JSON", "<html>", 200],
  ["another form", { members: [{ name: "pg-a", role: "boss" }] }, 200],
  ["half an answer", { scope: "fhirdrill" }, 200],
])("%s is no answer", async (_, content, status) => {
  answers(content, status);
  await expect(rest.cluster()).rejects.toThrow();
});
