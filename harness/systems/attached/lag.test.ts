import { expect, test } from "vitest";
import type { Step } from "../../model/plan/own-system.ts";
import { lagByProgram } from "./lag.ts";

const prints = (text: string, code = 0): Step => ({
  argv: [process.execPath, "-e", `process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${code}`],
  timeoutSeconds: 10,
});
const sampled = (text: string, code?: number) => lagByProgram(prints(text, code), () => 5000).sample("b", 0);

test("a program prints bytes, or the age of the follower's newest data, or both", async () => {
  expect(await sampled('{"bytes":12}')).toEqual({ stampedMs: null, unconfirmedBytes: 12 });
  expect(await sampled('{"milliseconds":200}')).toEqual({ stampedMs: 4800, unconfirmedBytes: null });
  expect(await sampled('{"bytes":0,"milliseconds":0}')).toEqual({ stampedMs: 5000, unconfirmedBytes: 0 });
});

test.each([["12"], ['{"bytes":-1}'], ['{"lag":1}'], [""], ['{"bytes":null}']])(
  "%j is not a lag, and not 0",
  async (text) => {
    expect(await sampled(text)).toEqual({ stampedMs: null, unconfirmedBytes: null });
  },
);

test("the output of a failed program is not a lag either", async () => {
  expect(await sampled('{"bytes":12}', 1)).toEqual({ stampedMs: null, unconfirmedBytes: null });
});
