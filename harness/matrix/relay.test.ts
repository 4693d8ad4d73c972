/** When drills begin, what they wait for, and what happens to a drill begun ahead. */
import { expect, test } from "vitest";
import type { PlannedDrill } from "../model/plan/matrix.ts";
import { Interrupted } from "../model/program/failure.ts";
import { whenAborted } from "../run/endings.ts";
import type { Slot } from "../run/slot.ts";
import { Relay } from "./relay.ts";

const planned = (drill: number): PlannedDrill => ({ drill, scenario: "s", config: "c", repeat: 1, seed: 7 });
const [FIRST, SECOND, THIRD] = [planned(0), planned(1), planned(2)];

/** A relay whose drills log what they do; each measures until the test says so. */
function noted(ending: (drill: number, slot: Slot, abort: AbortController) => Promise<void> | void = () => {}) {
  const notes: string[] = [];
  const ctrlC = new AbortController();
  const relay = new Relay<string>(async ({ drill }, abort, slot) => {
    notes.push(`${drill} begins`);
    slot.begun(`run-${drill}`);
    try {
      await Promise.race([slot.turn, whenAborted(abort.signal)]);
      abort.signal.throwIfAborted();
      notes.push(`${drill} writes`);
      await ending(drill, slot, abort);
      return `verdict ${drill}`;
    } finally {
      notes.push(`${drill} is gone`);
    }
  }, ctrlC.signal);
  return { relay, notes, ctrlC };
}
/** Long enough for a drill to begin. */
const soon = () => new Promise((resolve) => setImmediate(resolve));

test("the next drill begins when this one has finished measuring, and writes nothing before this one is gone", async () => {
  const { relay, notes } = noted(async (drill, slot) => {
    await soon();
    notes.push(`${drill} has measured`);
    slot.measured();
    await soon();
  });
  const first = await relay.drill(FIRST, SECOND);
  expect(first).toEqual({ run: "run-0", ended: { status: "fulfilled", value: "verdict 0" } });
  expect(relay.isAhead).toBe(true);
  await soon();
  expect(notes).toEqual(["0 begins", "0 writes", "0 has measured", "1 begins", "0 is gone"]);
  await relay.drill(SECOND, undefined);
  expect(notes.slice(5)).toEqual(["1 writes", "1 has measured", "1 is gone"]);
  expect(relay.isAhead).toBe(false);
});

test("after a drill that fails before it has finished measuring, none has begun", async () => {
  const { relay, notes } = noted(() => Promise.reject(new Error("no load")));
  const { ended } = await relay.drill(FIRST, SECOND);
  expect(ended).toMatchObject({ status: "rejected", reason: { message: "no load" } });
  expect([relay.isAhead, notes]).toEqual([false, ["0 begins", "0 writes", "0 is gone"]]);
});

test("a drill that aborts itself aborts neither the drill ahead nor the next", async () => {
  const { relay } = noted(async (drill, slot, abort) => {
    slot.measured();
    await soon();
    if (drill === 0) abort.abort(new Error("no record"));
    abort.signal.throwIfAborted();
  });
  expect((await relay.drill(FIRST, SECOND)).ended.status).toBe("rejected");
  expect((await relay.drill(SECOND, THIRD)).ended).toEqual({ status: "fulfilled", value: "verdict 1" });
  await relay.giveUp();
});

test("Ctrl-C ends this drill and the one ahead, and none begins after it", async () => {
  const { relay, notes, ctrlC } = noted(async (_, slot, abort) => {
    slot.measured();
    await soon();
    ctrlC.abort(new Interrupted("interrupted"));
    abort.signal.throwIfAborted();
  });
  const { ended } = await relay.drill(FIRST, SECOND);
  expect(ended).toMatchObject({ status: "rejected", reason: expect.any(Interrupted) });
  await relay.giveUp();
  expect(notes.toSorted()).toEqual(["0 begins", "0 is gone", "0 writes", "1 begins", "1 is gone"]);
  expect((await relay.drill(THIRD, undefined)).ended.status).toBe("rejected");
});

test("a drill ahead that is given up is removed and never writes", async () => {
  const { relay, notes } = noted((_, slot) => slot.measured());
  await relay.drill(FIRST, SECOND);
  await relay.giveUp();
  expect([relay.isAhead, notes.at(-1), notes.includes("1 writes")]).toEqual([false, "1 is gone", false]);
  await relay.giveUp();
});

test("a drill that fails while it waits is reported when its turn comes", async () => {
  const relay = new Relay<string>(async ({ drill }, _, slot) => {
    if (drill === 1) throw new Error("no engine");
    await slot.turn;
    slot.measured();
    await soon();
    return "verdict";
  }, new AbortController().signal);
  await relay.drill(FIRST, SECOND);
  expect(await relay.drill(SECOND, undefined)).toMatchObject({
    run: null,
    ended: { reason: { message: "no engine" } },
  });
});

test("a drill other than the one ahead is refused", async () => {
  const { relay } = noted((_, slot) => slot.measured());
  await relay.drill(FIRST, SECOND);
  await expect(relay.drill(THIRD, undefined)).rejects.toThrow("drill 1 has begun, and is not the next");
  await relay.giveUp();
});
