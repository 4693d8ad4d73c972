import { expect, test } from "vitest";
import type { Postgres } from "../topology/postgres.ts";
import { requeueJobs } from "./requeue-jobs.ts";

test("what cannot be requeued is told, and is no reason not to promote", async () => {
  const query = () => Promise.reject(new Error('relation "bt2_work_chunk" does not exist'));
  expect(await requeueJobs({ query } as unknown as Postgres)).toEqual({
    requeuedJobs: null,
    why: 'relation "bt2_work_chunk" does not exist',
  });
});

test("it has a time limit: clients wait for the promotion", async () => {
  const limits: unknown[] = [];
  const query = async (_sql: string, _values: unknown[], limitMs: number) => {
    limits.push(limitMs);
    return [{ jobs: 2 }];
  };
  expect(await requeueJobs({ query } as unknown as Postgres)).toEqual({ requeuedJobs: 2 });
  expect(limits).toEqual([1000]);
});
