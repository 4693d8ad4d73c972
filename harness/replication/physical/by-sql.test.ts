import { expect, test } from "vitest";
import type { SiteName } from "../../model/plan/site.ts";
import { type Row, sessionBy } from "../../system/testing/bare-system.ts";
import { lagBySql, primaryBySql } from "./by-sql.ts";

/** Fake databases that answer by the SQL; one that throws does not run. */
function databases(answers: Record<SiteName, (sql: string) => Row>) {
  const at = (side: SiteName) => ({
    connect: async () => sessionBy(async (sql) => ({ rows: [answers[side](sql)], rowCount: 1 })),
  });
  return { a: at("a"), b: at("b") };
}
const gone = () => {
  throw new Error("connection refused");
};
const primary = { role: "primary", timeline: 3, state: "running" };
const standby = { role: "replica", timeline: 3, state: "streaming" };

test("each database reports its role; a primary counts as the lock's holder, and a missing one gives no answer", async () => {
  const ask = primaryBySql(databases({ a: () => primary, b: () => standby }));
  expect(await ask("a")).toEqual({ server: primary, lock: { holder: "a" }, lagBytes: null, why: null });
  expect(await ask("b")).toEqual({ server: standby, lock: null, lagBytes: null, why: null });
  const silent = primaryBySql(databases({ a: gone, b: () => standby }));
  expect(await silent("a")).toMatchObject({ server: null, lock: null, why: "no answer within a second" });
});

const wal = (written: string, applied: string | null) => (sql: string) =>
  sql.includes("replay") ? { bytes: applied } : { bytes: written };

test.each<[string, Record<SiteName, (sql: string) => Row>, number | null]>([
  ["what it has not applied", { a: wal("1000", null), b: wal("", "400") }, 600],
  ["0, if it is ahead of an older answer", { a: wal("1000", null), b: wal("", "1001") }, 0],
  ["unknown, if the primary is down", { a: gone, b: wal("", "400") }, null],
  ["unknown, if the follower is down", { a: wal("1000", null), b: gone }, null],
  ["unknown, if it does not follow", { a: wal("1000", null), b: wal("", null) }, null],
])("the lag of a follower is %s", async (_, answers, bytes) => {
  const sampler = lagBySql(databases(answers));
  expect(await sampler.sample("b", 0)).toEqual({ stampedMs: null, unconfirmedBytes: bytes });
  sampler.end();
});
