import { expect, test } from "vitest";
import type { Database } from "../system/database.ts";
import { bareDatabase, queryBy } from "../system/testing/bare-system.ts";
import { takeJobs } from "./jobs.ts";

test("a failure to requeue is reported and does not stop the promotion", async () => {
  const query = () => Promise.reject(new Error('relation "bt2_work_chunk" does not exist'));
  expect(await takeJobs(bareDatabase("b", { query }), "requeue")).toEqual({
    requeuedJobs: null,
    why: 'relation "bt2_work_chunk" does not exist',
  });
});

test("requeueing has a time limit, since clients wait for the promotion", async () => {
  const limits: unknown[] = [];
  const query: Database["query"] = (sql, values, limitMs) => {
    limits.push(limitMs);
    return queryBy(() => [{ jobs: 2 }])(sql, values);
  };
  expect(await takeJobs(bareDatabase("b", { query }), "requeue")).toEqual({ requeuedJobs: 2 });
  expect(limits).toEqual([1000]);
});

test("exports are restarted from nothing, then the other jobs are requeued", async () => {
  const asked: string[] = [];
  const query = queryBy((sql) => {
    asked.push(sql);
    return [{ jobs: asked.length }];
  });
  expect(await takeJobs(bareDatabase("b", { query }), "restart")).toEqual({ restartedJobs: 1, requeuedJobs: 2 });
  expect(asked[0]).toContain("delete from bt2_work_chunk");
  expect(asked[1]).toContain("update bt2_work_chunk set stat = 'READY'");
  expect(asked[1]).not.toContain("delete");
});

test("when requeueing fails after a restart, both are reported", async () => {
  const query = queryBy((sql) => {
    if (sql.includes("delete from")) return [{ jobs: 1 }];
    throw new Error("no answer");
  });
  expect(await takeJobs(bareDatabase("b", { query }), "restart")).toEqual({
    ...{ restartedJobs: 1, requeuedJobs: null, why: "no answer" },
  });
});

test("with jobs left alone, the database gets no query", async () => {
  expect(await takeJobs(bareDatabase("b"), "leave")).toEqual({});
});
