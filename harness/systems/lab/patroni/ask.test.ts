import { describe, expect, test } from "vitest";
import { askMember, saidBy } from "./ask.ts";
import type { Cluster, Status, TimelineHistory } from "./rest.ts";

const ok = <T>(value: T): PromiseSettledResult<T> => ({ status: "fulfilled", value });
const silent: PromiseRejectedResult = { status: "rejected", reason: new Error("no answer within 1 s") };
const status = (role: string, timeline?: number): PromiseSettledResult<Status> =>
  ok({ role, state: "running", timeline });
const cluster: PromiseSettledResult<Cluster> = ok({
  scope: "fhirdrill",
  members: [
    { name: "pg-a", role: "leader", state: "running", timeline: 1 },
    { name: "pg-b", role: "replica", state: "streaming", timeline: 1, lag: 16 },
  ],
});

test("a side says what it is, and who holds the lock", () => {
  expect(saidBy("b", status("replica", 1), cluster)).toEqual({
    server: { role: "replica", state: "running", timeline: 1 },
    lock: { holder: "a" },
    lagBytes: 16,
    why: null,
  });
  expect(saidBy("a", status("primary", 1), cluster).lagBytes).toBeNull();
});

test("that nobody holds the lock is another answer than none", () => {
  const free = ok({ scope: "fhirdrill", members: [{ name: "pg-b", role: "replica" as const, state: "running" }] });
  expect(saidBy("b", status("replica", 1), free).lock).toEqual({ holder: null });
  const { lock, server, why } = saidBy("b", status("replica", 1), silent);
  expect([lock, server?.role, why]).toEqual([null, "replica", "no answer within 1 s"]);
});

test("a follower that gets nothing from the primary runs, and does not stream", () => {
  const streams = ok({ role: "replica", state: "running", timeline: 1, replication_state: "streaming" });
  const states = [streams, status("replica", 1)].map((each) => saidBy("b", each, cluster).server?.state);
  expect(states).toEqual(["streaming", "running"]);
});

test("who does not answer is neither a primary nor a follower", () => {
  expect(saidBy("a", silent, silent)).toEqual({
    server: null,
    lock: null,
    lagBytes: null,
    why: "no answer within 1 s",
  });
});

test("what Patroni says of a server that it cannot ask is not known", () => {
  expect(saidBy("a", status("primary"), cluster).server).toEqual({ role: "unknown", state: "running", timeline: null });
});

test("a lag that Patroni does not know is not none", () => {
  const unknown = ok({
    scope: "fhirdrill",
    members: [{ name: "pg-b", role: "replica" as const, state: "starting", lag: "unknown" as const }],
  });
  expect(saidBy("b", status("replica", 1), unknown).lagBytes).toBeNull();
});

describe("the history", () => {
  const rest = (history: () => Promise<TimelineHistory>) => ({
    status: async () => ({ role: "primary", state: "running", timeline: 2 }),
    cluster: async () => ({
      scope: "fhirdrill",
      members: [{ name: "pg-b", role: "leader" as const, state: "running" }],
    }),
    history,
  });
  const end = (leader: string | null) => ({ timeline: 1, lsn: 50839888, why: "because", at: null, leader });

  test("is asked for only when it is wanted", async () => {
    const said = await askMember(
      "b",
      rest(() => expect.unreachable()),
    );
    expect([said.lock, "history" in said]).toEqual([{ holder: "b" }, false]);
  });

  test("names the site of the member that began the next timeline", async () => {
    const { history } = await askMember(
      "b",
      rest(async () => [end("pg-b"), end("pg-c"), end(null)]),
      { withHistory: true },
    );
    expect(history?.map(({ leader, side }) => [leader, side])).toEqual([
      ["pg-b", "b"],
      ["pg-c", null],
      [null, null],
    ]);
  });

  test("may be silent where the rest of the member answers", async () => {
    const said = await askMember(
      "b",
      rest(() => Promise.reject(new Error("404"))),
      { withHistory: true },
    );
    expect(said).toMatchObject({ server: { role: "primary" }, lock: { holder: "b" }, why: null, history: null });
  });
});
