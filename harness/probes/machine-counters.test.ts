import { describe, expect, test } from "vitest";
import { between, countersNow, notSampled, processorsIn, waitedIn } from "./machine-counters.ts";

const STAT = `cpu  1000 20 300 9000 400 5 25 60 700 0
cpu0 500 10 150 4500 200 2 13 30 350 0
cpu1 500 10 150 4500 200 3 12 30 350 0
intr 123 0 9
ctxt 4
btime 1795849180
processes 43610`;
const pressure = (total: number) =>
  `some avg10=59.27 avg60=62.65 avg300=36.91 total=${total}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n`;
const files = (changes: Record<string, string | undefined> = {}) => {
  const texts: Record<string, string | undefined> = {
    ...{ "/proc/stat": STAT, "/proc/pressure/cpu": pressure(1_500_000) },
    ...{ "/proc/pressure/io": pressure(2), "/proc/pressure/memory": pressure(0) },
    ...changes,
  };
  return (path: string) => {
    const text = texts[path];
    if (text === undefined) throw new Error(`ENOENT: ${path}`);
    return text;
  };
};

describe("/proc/stat", () => {
  test("busy is all but idle, iowait and stolen; guest time is already in the hosts' time", () => {
    expect(processorsIn(STAT)).toEqual({ cores: 2, busySeconds: 13.5, stolenSeconds: 0.6 });
  });

  test("other text is not read as 0", () => {
    for (const text of ["", "cpu  \n", "cpu  1 2 3\n", "hello"]) expect(processorsIn(text)).toBeNull();
  });
});

describe("/proc/pressure", () => {
  test("the time in which at least one task waited, exactly", () => {
    expect(waitedIn(pressure(1_500_000))).toBe(1.5);
  });

  test("other text is not read as 0", () => {
    for (const text of ["", "full avg10=0.00 total=7\n", "some avg10=0.00\n"]) expect(waitedIn(text)).toBeNull();
  });
});

describe("between two samples", () => {
  const later = files({ "/proc/stat": STAT.replace("1000 20", "1150 20"), "/proc/pressure/cpu": pressure(2_000_000) });

  test("there is the difference", () => {
    expect(between(countersNow(files(), 3, 500), countersNow(later, 3.2, 1500))).toEqual({
      ...{ type: "machine", fromMs: 500, atMs: 1500, cores: 2, busySeconds: 1.5, stolenSeconds: 0, why: null },
      harnessSeconds: expect.closeTo(0.2, 9),
      waitedSeconds: { cpu: 0.5, io: 0, memory: 0 },
    });
  });

  test("a counter that goes back slightly, as on some kernels, has not moved", () => {
    expect(between(countersNow(later, 3, 500), countersNow(files(), 3, 1500)).busySeconds).toBe(0);
  });

  test("a kernel without pressure has the rest, and a reason", () => {
    const read = files({ "/proc/pressure/cpu": undefined, "/proc/pressure/io": undefined });
    expect(between(countersNow(read, 0, 0), countersNow(read, 0, 1000))).toMatchObject({
      ...{ busySeconds: 0, waitedSeconds: { cpu: null, io: null, memory: 0 } },
      why: "this kernel does not report how long tasks wait (no /proc/pressure)",
    });
  });

  test("a counter that one of them lacks is unknown", () => {
    const nothing = countersNow(files({ "/proc/stat": undefined }), 0, 1000);
    expect(nothing).toEqual(notSampled(1000, "/proc/stat cannot be read here"));
    expect(between(countersNow(files(), 0, 0), nothing)).toMatchObject({ busySeconds: null, harnessSeconds: null });
  });
});
