import { expect, test } from "vitest";
import type { Database } from "../system/database.ts";
import { bareDatabase, queryBy } from "../system/testing/bare-system.ts";
import { requeueJobs } from "./requeue-jobs.ts";

test("what cannot be requeued is told, and is no reason not to promote", async () => {
  const query = () => Promise.reject(new Error('relation "bt2_work_chunk" does not exist'));
  expect(await requeueJobs(bareDatabase("b", { query }))).toEqual({
    requeuedJobs: null,
    why: 'relation "bt2_work_chunk" does not exist',
  });
});

test("it has a time limit: clients wait for the promotion", async () => {
  const limits: unknown[] = [];
  const query: Database["query"] = (sql, values, limitMs) => {
    limits.push(limitMs);
    return queryBy(() => [{ jobs: 2 }])(sql, values);
  };
  expect(await requeueJobs(bareDatabase("b", { query }))).toEqual({ requeuedJobs: 2 });
  expect(limits).toEqual([1000]);
});
