import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { armFault } from "../../faults/index.ts";
import type { Hook, Step } from "../../model/plan/own-system.ts";
import { bareSystem } from "../../system/testing/bare-system.ts";
import { hookFault } from "./hook-fault.ts";
import { Journal, readJournal } from "./journal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-hook-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const node = (script: string, timeoutSeconds = 20): Step => ({
  argv: [process.execPath, "-e", script],
  timeoutSeconds,
});
/** A switch that is a file: it exists while the fault is in force. */
function switchOf(evidence?: string): Hook {
  const file = JSON.stringify(join(folder, "off"));
  const seen = `const bit = require('fs').existsSync(${file}); console.log(JSON.stringify({ bit, detail: { file: bit } }))`;
  return {
    inject: node(`require('fs').writeFileSync(${file}, process.env.FHIRDRILL_TTL_SECONDS)`),
    heal: node(`require('fs').rmSync(${file}, { force: true })`),
    evidence: node(evidence ?? seen),
    ttlSeconds: 60,
  };
}
const armed = (hook: Hook) => {
  const system = bareSystem({ hook: (name) => hookFault(name, hook, "run-1", new Journal(folder, null)) });
  return armFault(system, { kind: "hook", hook: "power", afterSeconds: 0 });
};

test("an injected fault is reported active, and cleared after it is healed", async () => {
  const fault = armed(switchOf());
  expect(await fault.evidence()).toEqual({ bit: false, gone: true, detail: { hook: "power", file: false } });
  await fault.inject();
  expect(await fault.evidence()).toMatchObject({ bit: true, gone: false });
  await fault.heal();
  expect(await fault.evidence()).toMatchObject({ bit: false, gone: true });
});

test.each([
  ["nothing", ""],
  ["something else", "console.log('all is well')"],
  ["half of the line", "console.log(JSON.stringify({ gone: true }))"],
  ["an unknown key", "console.log(JSON.stringify({ bit: true, sure: true }))"],
  ["the line twice", "console.log('{\"bit\":true}'); console.log('{\"bit\":true}')"],
  ["the line, and fails", "console.log('{\"bit\":true}'); process.exit(1)"],
])("evidence that prints %s is neither active nor cleared", async (_, evidence) => {
  const fault = armed(switchOf(evidence));
  await fault.inject();
  expect(await fault.evidence()).toMatchObject({ bit: false, gone: false, detail: { why: expect.any(String) } });
});

test("a hook that cannot be injected says why", async () => {
  const hook = { ...switchOf(), inject: node("console.error('no route to the power strip'); process.exit(2)") };
  await expect(armed(hook).inject()).rejects.toThrow("ended with 2: no route to the power strip");
  expect(existsSync(join(folder, "off"))).toBe(false);
});

const entries = () => readJournal(folder).map(({ of, healed }) => [of, healed?.seen ?? null]);

test("how to heal it is on disk before it is injected, even if that fails, until it is observed to be cleared", async () => {
  const journal = JSON.stringify(join(folder, "undo.json"));
  const hook = { ...switchOf(), inject: node(`if (!require('fs').existsSync(${journal})) process.exit(1)`) };
  const fault = armed(hook);
  await fault.inject();
  const { PATH = "", HOME = "" } = process.env;
  expect(readJournal(folder).map(({ undo }) => undo)).toEqual([
    {
      ...{ how: "hook", heal: hook.heal, evidence: hook.evidence, folder: process.cwd() },
      environment: { PATH, HOME, FHIRDRILL_RUN: "run-1", FHIRDRILL_FAULT: "power", FHIRDRILL_TTL_SECONDS: "60" },
    },
  ]);
  // Not observed does not mean healed.
  expect(await fault.evidence()).toMatchObject({ gone: true });
  expect(entries()).toEqual([["power", null]]);
  await fault.heal();
  expect(entries()).toEqual([["power", null]]);
  await fault.evidence();
  expect(entries()).toEqual([["power", "its evidence reports it cleared"]]);

  const failing = armed({ ...switchOf(), inject: node("process.exit(2)") });
  await expect(failing.inject()).rejects.toThrow("ended with 2");
  expect(entries().at(-1)).toEqual(["power", null]);
});

test("a fault that is not known to have cleared is not injected again", async () => {
  const fault = armed(switchOf("process.exit(1)"));
  await fault.inject();
  await fault.heal();
  expect(await fault.evidence()).toMatchObject({ gone: false });
  await expect(fault.inject()).rejects.toThrow("power is already in force, or is not known to have cleared");
  expect(entries()).toEqual([["power", null]]);
});
