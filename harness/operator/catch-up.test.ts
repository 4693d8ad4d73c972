import { expect, test } from "vitest";
import { fakeParts } from "../check/testing/fake-run.ts";
import { logicalReplication } from "../replication/logical/logical.ts";
import { bareDatabase, bareLinks, queryBy } from "../system/testing/bare-system.ts";
import { catchUp } from "./catch-up.ts";

const { config } = fakeParts().run;

/**
 * A fake database that answers each query with how many bytes the follower lacks, in order, then repeats the last
 * answer. `null`: it has no slot for the follower. Each query takes 100 ms.
 */
async function caughtUp(bytes: (number | null | "dead")[], catchUpSeconds: number, stop = new AbortController()) {
  let nowMs = 0;
  let asked = 0;
  const query = queryBy(async (sql) => {
    nowMs += 100;
    if (sql.includes("pg_current_wal_insert_lsn")) return [{ lsn: "0/10" }];
    const answer = bytes[Math.min(asked, bytes.length - 1)];
    asked += 1;
    if (answer === "dead") throw new Error("connection refused");
    return answer === null ? [] : [{ bytes: answer }];
  });
  const databases = { a: bareDatabase("a", { query }), b: bareDatabase("b") };
  const duty = {
    system: { replication: logicalReplication({ databases, links: bareLinks(), password: "none", config }) },
    config: { ...config, operator: { ...config.operator, catchUpSeconds } },
    reports: { now: () => nowMs },
    signal: stop.signal,
  };
  return { ...(await catchUp(duty, "a", "b")), asked };
}

test("catching up ends when the follower has confirmed everything, and not before", async () => {
  expect(await caughtUp([900, 400, 0], 5)).toEqual({ waitedMs: 400, bytesLeft: 0, asked: 3 });
});

test("at the timeout, the bytes left are reported", async () => {
  const { waitedMs, ...rest } = await caughtUp([900, 700], 1);
  expect(rest).toEqual({ bytesLeft: 700, why: "timed out after 1 s", asked: 9 });
  expect(waitedMs).toBe(1000);
});

test("an old primary that is dead, or dies meanwhile, is not waited for", async () => {
  const why = "A no longer answers: connection refused";
  expect(await caughtUp(["dead"], 5)).toEqual({ waitedMs: 200, bytesLeft: null, why, asked: 1 });
  expect(await caughtUp([900, "dead"], 5)).toEqual({ waitedMs: 300, bytesLeft: 900, why, asked: 2 });
});

test("an old primary without a slot for the follower is not waited for", async () => {
  expect(await caughtUp([null], 5)).toMatchObject({
    bytesLeft: null,
    why: "A has no replication slot for B",
    asked: 1,
  });
});

test("stopping the operator ends it", async () => {
  const stop = new AbortController();
  stop.abort(new Error("the load has ended"));
  await expect(caughtUp([900], 5, stop)).rejects.toThrow("the load has ended");
});
