import { expect, test } from "vitest";
import { bareDatabase, queryBy } from "../../system/testing/bare-system.ts";
import { endTransactions, fence } from "./fence.ts";

const START_OF_TRANSACTIONS = 100;

/**
 * A database whose clock advances by 1 with each query. It loads its settings `reloadsAfter` queries after the request.
 * Each of its sessions with a transaction must be terminated `dies` times before it ends.
 */
function database({ reloadsAfter = 1, sessions = {} as Record<number, { began: number; dies: number }> }) {
  let clock = START_OF_TRANSACTIONS;
  let loadsAt = Number.POSITIVE_INFINITY;
  const asked: string[] = [];
  const query = queryBy((sql, values) => {
    clock += 1;
    asked.push(sql);
    if (sql.includes("pg_reload_conf")) {
      loadsAt = clock + reloadsAfter;
      return [{ at: `${clock}` }];
    }
    if (sql.includes("pg_conf_load_time"))
      return [{ at: `${clock}`, isInForce: clock >= loadsAt && loadsAt > Number(values[0]) }];
    if (!sql.includes("pg_terminate_backend")) return [];
    const open = Object.entries(sessions).filter(([, { began, dies }]) => dies > 0 && began < Number(values[1]));
    for (const [, session] of open) session.dies -= 1;
    return open.map(([pid]) => ({ pid: Number(pid) }));
  });
  return { postgres: bareDatabase("a", { query }), asked, sessions };
}

test("the fence is in force once the server has loaded its settings, not when it is asked to", async () => {
  const { postgres, asked } = database({ reloadsAfter: 3 });
  expect(await fence(postgres, 1000)).toBe("105");
  expect(asked[0]).toMatch(/alter system set default_transaction_read_only = on/);
});

test("a server that does not load its settings in time is an error", async () => {
  const { postgres } = database({ reloadsAfter: 1e9 });
  await expect(fence(postgres, 30)).rejects.toThrow(/the fence to be in force on A/);
});

test("transactions from before the fence are terminated until none is left; later ones cannot write and are left alone", async () => {
  const sessions = { 7: { began: 90, dies: 1 }, 8: { began: 99, dies: 3 }, 9: { began: 130, dies: 1 } };
  const { postgres } = database({ sessions });
  expect(await endTransactions(postgres, "120", 1000)).toBe(2);
  expect(Object.values(sessions).map(({ dies }) => dies)).toEqual([0, 0, 1]);
});

test("a transaction that cannot be terminated is an error", async () => {
  const { postgres } = database({ sessions: { 7: { began: 90, dies: 1e9 } } });
  await expect(endTransactions(postgres, "120", 30)).rejects.toThrow(/the open transactions on A to end/);
});
