import { expect, test } from "vitest";
import { fakeParts } from "../check/testing/fake-run.ts";
import { logicalReplication } from "../replication/logical/logical.ts";
import { bareDatabase, bareLinks, queryBy } from "../system/testing/bare-system.ts";
import { catchUp } from "./catch-up.ts";

const { config } = fakeParts().run;

/**
 * A database that answers, question by question, how many bytes the follower lacks, and then repeats its last answer.
 * `null`: it keeps nothing for the follower. Each question takes 100 ms.
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

test("it ends when the follower has confirmed all, and not before", async () => {
  expect(await caughtUp([900, 400, 0], 5)).toEqual({ waitedMs: 400, bytesLeft: 0, asked: 3 });
});

test("when the time is over, what is left is told", async () => {
  const { waitedMs, ...rest } = await caughtUp([900, 700], 1);
  expect(rest).toEqual({ bytesLeft: 700, why: "timed out after 1 s", asked: 9 });
  expect(waitedMs).toBe(1000);
});

test("one that is dead, or dies meanwhile, is not waited for", async () => {
  const why = "A no longer answers: connection refused";
  expect(await caughtUp(["dead"], 5)).toEqual({ waitedMs: 200, bytesLeft: null, why, asked: 1 });
  expect(await caughtUp([900, "dead"], 5)).toEqual({ waitedMs: 300, bytesLeft: 900, why, asked: 2 });
});

test("nor one that keeps nothing for the follower", async () => {
  expect(await caughtUp([null], 5)).toMatchObject({ bytesLeft: null, why: "A has no replication slot for B", asked: 1 });
});

test("the end of the operator's life ends it", async () => {
  const stop = new AbortController();
  stop.abort(new Error("the load has ended"));
  await expect(caughtUp([900], 5, stop)).rejects.toThrow("the load has ended");
});
