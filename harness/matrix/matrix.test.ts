/** Runs fake drills: what is recorded, what is repeated, and what ends the matrix. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { SCENARIOS } from "../../scenarios/index.ts";
import { type Done, MATRIX_SCHEMA, type PlannedDrill } from "../model/plan/matrix.ts";
import { DrillFailure, Interrupted } from "../model/program/failure.ts";
import { MatrixFolder } from "../store/matrix-folder.ts";
import { runMatrix } from "./matrix.ts";
import { planDrills } from "./matrix-plan.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fhirdrill-matrix-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const scenarios = SCENARIOS.slice(0, 2);
const configs = CONFIGS.slice(0, 2);
const ALL = [0, 1, 2, 3, 4, 5, 6, 7];

function created(): MatrixFolder {
  const what = { scenarios: [...scenarios], configs: [...configs], repeat: 2, seed: 7 };
  const { drills, refused } = planDrills(what, () => null);
  const plan = {
    schema: MATRIX_SCHEMA,
    id: "m1",
    rate: null,
    images: {},
    prices: null,
    ...what,
    drills,
    refused,
  } as const;
  return MatrixFolder.create(plan, root);
}
const reopened = () => MatrixFolder.open("m1", root);
const text = () => readFileSync(join(root, "matrix/m1/done.jsonl"), "utf8");
const failure = (why: string) => new DrillFailure({ what: "it failed", why, todo: "look" });

type Ending = (planned: PlannedDrill, abort: AbortController) => Promise<void> | void;

function run(
  folder: MatrixFolder,
  ending: Ending = () => {},
  { leaks = [] as number[], ctrlC = new AbortController(), twoFit = false } = {},
) {
  const told: Done[] = [];
  const removed: (string | null)[] = [];
  const running = runMatrix({
    folder,
    signal: ctrlC.signal,
    drill: async (planned, abort, slot) => {
      slot.begun(`r${planned.drill}`);
      await slot.turn;
      await ending(planned, abort);
      slot.measured();
      return { run: `r${planned.drill}`, verdict: "holds" };
    },
    twoFit: async () => twoFit,
    removeLeaks: async (run) => {
      removed.push(run);
      return leaks.shift() ?? 0;
    },
    tell: (done) => told.push(done),
  });
  return running.then(
    () => ({ told, removed, thrown: null }),
    (thrown: unknown) => ({ told, removed, thrown }),
  );
}
const numbers = (done: readonly Done[]) => done.map(({ drill }) => drill);

test("all drills are done in the planned order, reported and recorded, and none is left", async () => {
  const { told, thrown } = await run(created());
  expect([numbers(told), thrown]).toEqual([ALL, null]);
  expect(reopened().done).toEqual(told);
  expect((await run(reopened())).told).toEqual([]);
});

test("leaks after a drill are counted with it", async () => {
  const { told } = await run(created(), undefined, { leaks: [0, 3] });
  expect(told.map(({ leaks }) => leaks)).toEqual([0, 3, 0, 0, 0, 0, 0, 0]);
});

test("with room for two, only the ended drill's leftovers are removed, not those of the drill ahead", async () => {
  const { told, removed, thrown } = await run(created(), undefined, { twoFit: true });
  expect([numbers(told), thrown]).toEqual([ALL, null]);
  expect(removed).toEqual(["r0", "r1", "r2", "r3", "r4", "r5", "r6", null]);
});

test("with room for one, everything of this process is removed after each drill", async () => {
  const { removed } = await run(created());
  expect(removed).toEqual(ALL.map(() => null));
});

describe("interrupted", () => {
  test("the drill leaves no line, no other begins, and it is repeated when resumed", async () => {
    const ctrlC = new AbortController();
    const { told, thrown } = await run(
      created(),
      ({ drill }, abort) => {
        if (drill !== 3) return;
        ctrlC.abort(new Interrupted("interrupted"));
        abort.signal.throwIfAborted();
      },
      { ctrlC },
    );
    expect([numbers(told), thrown]).toEqual([[0, 1, 2], expect.any(Interrupted)]);
    expect(numbers((await run(reopened())).told)).toEqual([3, 4, 5, 6, 7]);
    expect(numbers(reopened().done)).toEqual(ALL);
  });

  test("between two drills as well", async () => {
    const ctrlC = new AbortController();
    const { told, thrown } = await run(
      created(),
      ({ drill }) => void (drill === 1 && ctrlC.abort(new Interrupted("x"))),
      { ctrlC },
    );
    expect([numbers(told), thrown]).toEqual([[0, 1], expect.any(Interrupted)]);
  });

  test.each([1, 40])(
    "killed while a line was written, %i bytes before its end: its drill is done again",
    async (bytes) => {
      await run(created(), ({ drill }) => {
        if (drill === 4) throw new Interrupted("x");
      });
      const whole = text();
      rmSync(join(root, "matrix/m1/done.jsonl"));
      appendFileSync(join(root, "matrix/m1/done.jsonl"), whole.slice(0, -bytes));
      // With only its newline missing, the line is whole.
      const torn = bytes > 1;
      expect(reopened().unread).toBe(torn ? 1 : 0);
      expect(numbers((await run(reopened())).told)).toEqual(torn ? [3, 4, 5, 6, 7] : [4, 5, 6, 7]);
      expect(numbers(reopened().done)).toEqual(ALL);
    },
  );
});

describe("a drill that fails", () => {
  test("is attempted again at the end, and left when it fails again", async () => {
    const { told, thrown } = await run(created(), ({ drill }) => {
      if (drill === 2) throw failure("a test");
    });
    expect([numbers(told), thrown]).toEqual([[...ALL, 2], null]);
    expect(told.at(-1)).toMatchObject({ failure: { what: "it failed", why: "a test" } });
    expect((await run(reopened())).told).toEqual([]);
  });

  test("because of a bug of ours is reported as such", async () => {
    const { told } = await run(created(), ({ drill }) => {
      if (drill === 0) throw new TypeError("x is not a function");
    });
    expect(told[0]).toMatchObject({
      failure: { what: "internal error in fhirdrill", why: "x is not a function" },
    });
  });

  test("by aborting itself does not abort the next", async () => {
    const { told, thrown } = await run(created(), ({ drill }, abort) => {
      if (drill !== 0) return abort.signal.throwIfAborted();
      abort.abort(failure("no record"));
      abort.signal.throwIfAborted();
    });
    expect([numbers(told), thrown]).toEqual([[...ALL, 0], null]);
  });

  test("does not end the matrix, nor do two; three in a row do, and each can be attempted once more", async () => {
    const failing = new Set([0, 1, 3, 4, 5]);
    const { told, thrown } = await run(created(), ({ drill }) => {
      if (failing.has(drill)) throw failure("a test");
    });
    expect(numbers(told)).toEqual([0, 1, 2, 3, 4, 5]);
    expect((thrown as DrillFailure).text).toEqual({
      what: "3 drills in a row failed",
      why: "the last one: it failed: a test",
      todo: "look",
    });
    expect(numbers((await run(reopened())).told)).toEqual([6, 7, 0, 1, 3, 4, 5]);
  });

  test.each([
    ["a full disk", () => new DrillFailure({ what: "a", why: "b", todo: "c" }, { cause: { code: "ENOSPC" } })],
    ["a full disk of the engine's", () => new Error("mkdir /var/lib/docker: no space left on device")],
  ])("because of %s ends the matrix at once, and counts as not done", async (_name, error) => {
    const { told, thrown } = await run(created(), ({ drill }) => {
      if (drill === 1) throw error();
    });
    expect([numbers(told), thrown]).toEqual([[0], error()]);
    expect(numbers(reopened().done)).toEqual([0]);
  });

  test("because the engine has stopped counts as not done", async () => {
    const folder = created();
    const gone = failure("the engine does not answer");
    const ending = runMatrix({
      folder,
      signal: new AbortController().signal,
      drill: () => Promise.reject(failure("anything")),
      twoFit: async () => false,
      removeLeaks: () => Promise.reject(gone),
      tell: () => {},
    });
    await expect(ending).rejects.toBe(gone);
    expect(reopened().done).toEqual([]);
  });
});

test("a matrix that does not exist, or whose plan is damaged, is a usage error", () => {
  created();
  expect(() => MatrixFolder.open("m2", root)).toThrow(/there is no matrix m2/);
  appendFileSync(join(root, "matrix/m1/plan.json"), "}");
  expect(() => reopened()).toThrow(/m1 cannot be resumed: plan.json is not readable/);
});

test("a matrix that is being run cannot be started again, unless its process has ended or died", () => {
  const giveUp = created().claim("him", () => false);
  expect(() => reopened().claim("me", (owner) => owner !== "him")).toThrow(
    "the matrix m1 is under way: it is being run by him",
  );
  reopened().claim("me", (owner) => owner === "him")();
  giveUp();
  reopened().claim("me", () => expect.fail("nobody is there"))();
});
