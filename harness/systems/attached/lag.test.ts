import { expect, test } from "vitest";
import type { Step } from "../../model/plan/own-system.ts";
import { lagByProgram } from "./lag.ts";

const prints = (text: string, code = 0): Step => ({
  argv: [process.execPath, "-e", `process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${code}`],
  timeoutSeconds: 10,
});
const said = (text: string, code?: number) => lagByProgram(prints(text, code), () => 5000).sample("b", 0);

test("it tells bytes, or how old the newest is that the follower has, or both", async () => {
  expect(await said('{"bytes":12}')).toEqual({ stampedMs: null, unconfirmedBytes: 12 });
  expect(await said('{"milliseconds":200}')).toEqual({ stampedMs: 4800, unconfirmedBytes: null });
  expect(await said('{"bytes":0,"milliseconds":0}')).toEqual({ stampedMs: 5000, unconfirmedBytes: 0 });
});

test.each([["12"], ['{"bytes":-1}'], ['{"lag":1}'], [""], ['{"bytes":null}']])(
  "%j is no lag, and not 0",
  async (text) => {
    expect(await said(text)).toEqual({ stampedMs: null, unconfirmedBytes: null });
  },
);

test("nor is what a program says that failed", async () => {
  expect(await said('{"bytes":12}', 1)).toEqual({ stampedMs: null, unconfirmedBytes: null });
});
