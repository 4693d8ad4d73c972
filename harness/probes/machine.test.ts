import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MachineProbe } from "../model/record/probe.ts";
import { type MachineReaders, sampleMachine } from "./machine.ts";

const BOOT = "a1b36101-5fe1-45c5-a04e-5f849d8d6fdb\n";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** On the fake clock, one of two processors is always busy. */
function started(changes: Partial<MachineReaders> = {}) {
  const probes: MachineProbe[] = [];
  const began = Date.now();
  const now = () => Date.now() - began;
  const readers: MachineReaders = {
    read: (path) => {
      if (path.endsWith("boot_id")) return BOOT;
      if (path === "/proc/stat") return `cpu  ${now() / 10} 0 0 9 0 0 0 0 0 0\ncpu0 0\ncpu1 0\n`;
      return `some avg10=0.00 total=${now() * 500}\n`;
    },
    harnessSeconds: () => now() / 10_000,
    containersBootId: async () => BOOT,
    ...changes,
  };
  return { probes, stop: sampleMachine(now, (probe) => probes.push(probe), readers) };
}

test("one sample a second, each continuing the previous one, and one at the end", async () => {
  const { probes, stop } = started();
  await vi.advanceTimersByTimeAsync(3400);
  await stop();
  expect(probes.map(({ fromMs, atMs }) => [fromMs, atMs])).toEqual([
    [0, 1000],
    [1000, 2000],
    [2000, 3000],
    [3000, 3400],
  ]);
  expect(probes[1]).toMatchObject({
    ...{ type: "machine", cores: 2, busySeconds: expect.closeTo(1, 9), harnessSeconds: expect.closeTo(0.1, 9) },
    ...{ waitedSeconds: { cpu: expect.closeTo(0.5, 9) }, why: null },
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect(probes).toHaveLength(4);
});

const NO_PROC = () => {
  throw new Error("ENOENT");
};
test.each<[string, Partial<MachineReaders>, RegExp]>([
  ["no /proc", { read: NO_PROC }, /^this system has no \/proc\/stat$/],
  ["an engine elsewhere", { containersBootId: async () => "another\n" }, /run on another kernel than the harness/],
  [
    "an engine that does not answer",
    { containersBootId: async () => NO_PROC() },
    /^the machine of the containers is unknown: ENOENT$/,
  ],
])("%s: one line without figures that says why", async (_, changes, why) => {
  const { probes, stop } = started(changes);
  await vi.advanceTimersByTimeAsync(3000);
  await stop();
  expect(probes).toHaveLength(1);
  expect(probes[0]).toMatchObject({ cores: null, busySeconds: null, why: expect.stringMatching(why) });
});

test("nothing is sampled before the counters' machine is known", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { probes, stop } = started({ containersBootId: () => promise });
  await vi.advanceTimersByTimeAsync(2500);
  expect(probes).toEqual([]);
  resolve(BOOT);
  await vi.advanceTimersByTimeAsync(1000);
  await stop();
  expect(probes[0]?.fromMs).toBe(2500);
});
