import { expect, test } from "vitest";
import type { SiteName } from "../../model/plan/site.ts";
import { bareDatabase, queryBy, type Row } from "../../system/testing/bare-system.ts";
import { physicalReplication } from "./physical.ts";

function replicationBy(answer: (side: SiteName, sql: string) => Row[]) {
  const database = (side: SiteName) => bareDatabase(side, { query: queryBy((sql) => answer(side, sql)) });
  return physicalReplication({ a: database("a"), b: database("b") }, (follower) => `pg_${follower}`);
}

test("without a slot for a standby its lag is unknown, not 0", async () => {
  const none = replicationBy(() => []);
  expect(await none.lagBytes("b")).toBeNull();
  expect(await none.unconfirmedBytes("b", "0/1")).toBeNull();
  const fresh = replicationBy(() => [{ bytes: null }]);
  expect(await fresh.lagBytes("b")).toBeNull();
  expect(await replicationBy(() => [{ bytes: 0 }]).lagBytes("b")).toBe(0);
});

test("the lag is read on the primary, only for a connected standby", async () => {
  const asked: string[] = [];
  const replication = replicationBy((side, sql) => {
    asked.push(`${side}: ${sql}`);
    return [];
  });
  await replication.lagBytes("a");
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatch(/^b: .*slot_name = \$1 and active/);
});

test("waits until the standby has replayed, not only confirmed", async () => {
  let rounds = 0;
  const replication = replicationBy((side, sql) => {
    if (side === "a") return [{ lsn: "0/5" }];
    expect(sql).toContain("pg_last_wal_replay_lsn() >= $1::pg_lsn");
    rounds += 1;
    return [{ done: rounds > 2 }];
  });
  await replication.untilConfirmed("b", { deadlineMs: 5000, everyMs: 1 });
  expect(rounds).toBe(3);
});

test("there are no commands for what Patroni does by itself", () => {
  const replication = replicationBy(() => []);
  expect(() => replication.fence("a")).toThrow("Patroni does that by itself");
  expect(() => replication.stop("b")).toThrow("Patroni does that by itself");
});
