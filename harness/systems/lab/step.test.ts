/** How errors in the steps of a set-up are reported. */
import { expect, test } from "vitest";
import { DrillFailure, Interrupted } from "../../model/program/failure.ts";
import { stepper } from "./step.ts";

const failing = (error: unknown, signal?: AbortSignal) =>
  stepper(() => {}, signal)("schema", () => Promise.reject(error)).catch((e) => e);

test("an error is a failure of its step, with the engine's own message", async () => {
  const error = await failing(new Error("(HTTP code 500) server error - no space left on device \nat x"));
  expect(error).toBeInstanceOf(DrillFailure);
  expect(error.text).toMatchObject({ what: 'set-up failed at the step "schema"', why: "no space left on device" });
  const unreachable = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") });
  expect((await failing(unreachable)).text.why).toBe("connect ECONNREFUSED 127.0.0.1:1");
});

test("a DrillFailure, an interruption and a bug of ours stay as they are", async () => {
  const own = new DrillFailure({ what: "a", why: "b", todo: "c" });
  for (const error of [own, new Interrupted("x"), new TypeError("x is not a function")])
    expect(await failing(error)).toBe(error);
});

test("an error after an abort is the abort", async () => {
  const abort = new AbortController();
  abort.abort(new Interrupted("interrupted"));
  const late = new AbortController();
  const run = stepper(() => {}, late.signal)("schema", async () => {
    late.abort(abort.signal.reason);
    throw new Error("socket hang up");
  });
  await expect(run).rejects.toBe(abort.signal.reason);
});
