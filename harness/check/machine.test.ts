import { describe, expect, test } from "vitest";
import { type ProbeLine, SAMPLED_COMPONENTS } from "../model/record/probe.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { machine } from "./machine.ts";
import { during, type FakeMachine, fakeMachine } from "./testing/fake-machine.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { BASELINE, every, timeline } from "./testing/fake-timeline.ts";

/** The baseline is from 0 to 2000; writes fail until 4000, and the last is sent at 39,900. */
const WRITES = [...BASELINE, ...every(100, 2000, 4000, false), ...every(100, 4000, 40_000)];

function checked(of: FakeMachine, edit: (lines: ProbeLine[]) => ProbeLine[] = (lines) => lines) {
  return machine.check(...recorded(edit(fakeMachine(-1000, 41_000, of))));
}

function recorded(probes: ProbeLine[], writes = WRITES) {
  const record = timeline(writes, {}, () => ({ probes }));
  return [record, gatherFacts(record)] as const;
}
/** The line with one of its numbers zero, huge, or negative. */
function alterations(line: ProbeLine): ProbeLine[] {
  const of = <T extends object>(object: T): T[] =>
    Object.entries(object).flatMap(([key, value]): T[] => {
      if (typeof value === "number") return [0, 1e4, -1e4].map((other) => ({ ...object, [key]: other }));
      return value !== null && typeof value === "object" ? of(value).map((other) => ({ ...object, [key]: other })) : [];
    });
  return of(line);
}
const drill = () => 0.7;
const isMachine = (line: ProbeLine) => line.type === "machine";

describe("a quiet machine", () => {
  const { verdict, reason, evidence, measures } = checked({ drill, others: () => 0.1, stolen: () => 0.02 });

  test("holds, with what others took", () => {
    expect([verdict, reason]).toEqual(["holds", "others took 6 % of the processors, 6 % in the worst 5 s"]);
    // Without unsampled time, none is reported.
    expect(evidence).toHaveLength(2);
  });

  test("has figures: what is busy, less the drill's containers and the harness", () => {
    const whole = measures?.machine?.whole;
    expect(whole?.others).toBeCloseTo(0.05, 6);
    expect(whole?.stolen).toBeCloseTo(0.01, 6);
    expect([whole?.waitedCpu, whole?.waitedIo, whole?.waitedMemory]).toEqual([expect.closeTo(0.9, 6), 0, 0]);
    expect(measures?.machine).toMatchObject({ unknownSeconds: 0, why: null });
  });
});

describe("a busy machine", () => {
  test("throughout: the whole time decides", () => {
    const { verdict, reason, measures } = checked({ drill, others: () => 0.6 });
    expect(verdict).toBe("inconclusive");
    expect(reason).toBe(
      "the machine was busy with other work (30 % of the processors from the baseline on): the times are the machine's, not the system's",
    );
    expect(measures?.machine?.whole.others).toBeCloseTo(0.3, 6);
  });

  test("only during the outage: the worst 5 s decide, and are located", () => {
    const { verdict, reason, measures, evidence } = checked({ drill, others: during(2000, 7000, 1.3, 0.02) });
    expect(verdict).toBe("inconclusive");
    expect(reason).toContain("(65 % in the worst 5 s)");
    expect(measures?.machine?.worst).toMatchObject({ fromMs: 2000, toMs: 7000, others: expect.closeTo(0.65, 2) });
    expect(evidence?.[1]).toMatch(/^in the worst 5 s, from 2\.00 s: others used 65 %/);
  });

  test("from a quarter of the whole time or half of the worst 5 s on, and only if tasks waited for half of it", () => {
    /** Two processors: busy with other work for so many seconds of each one, and of those from 2000 to 7000. */
    const wordOf = (whole: number, worst: number, waited: number) =>
      checked({}, (lines) =>
        lines.map((line) => {
          if (line.type !== "machine") return line;
          const busySeconds = line.fromMs >= 2000 && line.fromMs < 7000 ? worst : whole;
          const waitedSeconds = { cpu: waited, io: 0, memory: 0 };
          return { ...line, busySeconds, harnessSeconds: 0, waitedSeconds };
        }),
      ).verdict;
    expect([wordOf(0.5, 0.5, 0.5), wordOf(0.49, 0.5, 0.5)]).toEqual(["inconclusive", "holds"]);
    expect([wordOf(0, 1, 0.5), wordOf(0, 0.99, 0.5)]).toEqual(["inconclusive", "holds"]);
    expect([wordOf(0.5, 1, 0.5), wordOf(0.5, 1, 0.49)]).toEqual(["inconclusive", "holds"]);
  });

  test("before the baseline and after the load does not count", () => {
    const idle = during(0, 40_000, 0, 2);
    expect(checked({ others: idle }).measures?.machine?.whole.others).toBeCloseTo(0, 2);
    expect(checked({ others: idle }).verdict).toBe("holds");
  });

  test("because of the hypervisor is busy even if no task waited: the kernel does not see it", () => {
    expect(checked({ drill, stolen: () => 0.6, waited: () => 0.2 }).verdict).toBe("inconclusive");
    expect(checked({ drill, stolen: () => 0.1, waited: () => 0.2 }).verdict).toBe("holds");
  });

  test("because of the hypervisor is just as busy", () => {
    const { verdict, measures } = checked({ drill, stolen: () => 0.6 });
    expect(verdict).toBe("inconclusive");
    expect(measures?.machine?.whole).toMatchObject({ others: expect.closeTo(0, 6), stolen: expect.closeTo(0.3, 6) });
  });

  test("excuses missed times, but not losses", () => {
    const { objectives } = PLAN;
    const wordOf = (name: string, of: FakeMachine) => {
      const strict = { lost: [10], objectives: { ...objectives, rtoSeconds: 1, lostWrites: 0 } };
      const record = fakeRun(strict, () => ({ probes: fakeMachine(0, 25_000, of) }));
      return judge(record).checks.find((check) => check.name === name);
    };
    expect(wordOf("rto", { drill })?.verdict).toBe("broken");
    const busy = { drill, others: () => 1.5 };
    expect(wordOf("rto", busy)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/, on a busy machine$/),
    });
    expect(wordOf("lost-writes", busy)?.verdict).toBe("broken");
  });
});

describe("what others did not cause", () => {
  test("the drill itself uses everything, and all tasks wait", () => {
    const { verdict, measures } = checked({ drill: during(2000, 9000, 1.9, 0.7), waited: () => 1 });
    expect(verdict).toBe("holds");
    expect(measures?.machine?.worst.others).toBeLessThan(0.1);
  });

  test("a component is throttled by a fault: its tasks wait all the time, on an idle machine", () => {
    expect(checked({ drill: during(2000, 17_000, 0.1, 0.7), waited: during(2000, 17_000, 1, 0.1) }).verdict).toBe(
      "holds",
    );
  });

  test("a component dies: what it used until then, unread, is not others' use", () => {
    // It uses 1.9 processors and dies at 2250; its last sample is of 1800.
    const { measures } = checked({ drill: during(0, 2250, 1.9) }, (lines) =>
      lines.map((line) =>
        line.type === "resources" && line.part === "hapi-a" && line.atMs > 2250 ? { ...line, cpuSeconds: null } : line,
      ),
    );
    expect(measures?.machine?.worst.others).toBeLessThan(0.1);
  });

  test("others work, and no task waits: there is enough for all", () => {
    expect(checked({ drill, cores: 16, others: () => 8, waited: () => 0.05 }).verdict).toBe("holds");
    expect(checked({ drill, cores: 16, others: () => 8, waited: () => 0.6 }).verdict).toBe("inconclusive");
  });
});

describe("what was not sampled", () => {
  const busy = { drill, others: during(20_000, 27_000, 1.3) };

  test("a kernel without pressure is judged by the processors alone", () => {
    const { verdict, measures } = checked({ ...busy, waited: null });
    expect(verdict).toBe("inconclusive");
    expect(measures?.machine).toMatchObject({ whole: { waitedCpu: null, waitedIo: 0 }, why: "no pressure" });
    expect(checked({ drill, waited: null }).verdict).toBe("holds");
  });

  test("samples are missing in the middle: that time counts as taken, so a missing line hides nothing", () => {
    const without = (fromMs: number, toMs: number) => (lines: ProbeLine[]) =>
      lines.filter((line) => !(line.type === "machine" && line.atMs > fromMs && line.atMs <= toMs));
    expect(checked(busy, without(20_500, 27_500))).toMatchObject({ verdict: "inconclusive" });
    const { verdict, measures, evidence } = checked({ drill }, without(10_500, 14_500));
    expect(verdict).toBe("inconclusive");
    expect(measures?.machine?.unknownSeconds).toBeCloseTo(4, 6);
    expect(evidence?.[2]).toBe("no samples for 4.00 s, which counts as taken by others");
    expect(checked({ drill }, without(10_500, 11_500)).verdict).toBe("holds");
  });

  test("no single line of a busy run can be removed to make it hold", () => {
    const count = fakeMachine(-1000, 41_000, busy).length;
    for (let i = 0; i < count; i += 1)
      expect(checked(busy, (lines) => lines.toSpliced(i, 1)).verdict).toBe("inconclusive");
  });

  test("no single number of a busy run can be altered to make it hold", () => {
    const lines = fakeMachine(-1000, 16_000, { drill, others: () => 0.8 });
    const [record, facts] = recorded(lines, [
      ...BASELINE,
      ...every(100, 2000, 4000, false),
      ...every(100, 4000, 15_000),
    ]);
    expect(machine.check(record, facts).verdict).toBe("inconclusive");
    let altered = 0;
    for (const [i, line] of lines.entries())
      for (const other of alterations(line)) {
        altered += 1;
        const { verdict } = machine.check({ ...record, probes: lines.with(i, other) }, facts);
        if (verdict === "holds") expect(other).toBe("not to hold");
      }
    expect(altered).toBeGreaterThan(2000);
  });

  test("samples end before the load does", () => {
    const cut = checked({ drill }, (lines) =>
      lines.filter((line) => !isMachine(line) || (line as { atMs: number }).atMs < 20_000),
    );
    expect(cut).toMatchObject({ verdict: "inconclusive" });
    expect(cut.measures?.machine?.unknownSeconds).toBeCloseTo(20.9, 6);
  });

  test("no container was ever read: it is not known who used the processors", () => {
    const { verdict, reason, measures } = checked({ drill, others: () => 1 }, (lines) => lines.filter(isMachine));
    expect(verdict).toBe("not-examined");
    expect(reason).toContain("what hapi-a, hapi-b, pg-a, pg-b, nginx, toxiproxy, k6 used is not known");
    expect(measures?.machine?.whole).toMatchObject({ others: null, waitedCpu: expect.closeTo(0.9, 6) });
  });

  test("the machine is another one: no figure, and why", () => {
    const nothing = { cores: null, busySeconds: null, stolenSeconds: null, harnessSeconds: null };
    const waitedSeconds = { cpu: null, io: null, memory: null };
    const why = "this system has no /proc/stat";
    const { verdict, reason, measures } = checked({}, () => [
      { type: "machine", fromMs: 0, atMs: 0, ...nothing, waitedSeconds, why },
    ]);
    expect([verdict, reason]).toEqual(["not-examined", `the machine was not sampled: ${why}`]);
    expect(measures?.machine).toEqual({ ...UNMEASURED.machine, why });
  });

  test("records of older versions, and runs without a baseline", () => {
    expect(checked({}, () => [])).toEqual({ verdict: "not-examined", reason: "the machine was not sampled" });
    const record = timeline(BASELINE, {}, () => ({ probes: fakeMachine(0, 3000, {}) }));
    expect(machine.check(record, { ...gatherFacts(record), baseline: null })).toEqual({
      ...{ verdict: "not-examined", reason: "there is no baseline" },
    });
  });
});

describe("samples that cannot all be true", () => {
  type Sample = Extract<ProbeLine, { type: "machine" }>;
  type Reading = Extract<ProbeLine, { type: "resources" }>;
  const calm = { drill };
  const changed = (fromMs: number, change: (sample: Sample) => Sample[]) =>
    checked(calm, (lines) =>
      lines.flatMap((line) => (line.type === "machine" && line.fromMs === fromMs ? change(line) : [line])),
    );
  const read = (atMs: number, change: (reading: Reading) => Partial<Reading>, part = "hapi-a") =>
    checked(calm, (lines) =>
      lines.map((line) =>
        line.type === "resources" && line.part === part && line.atMs >= atMs ? { ...line, ...change(line) } : line,
      ),
    );
  const contradicts = {
    verdict: "inconclusive",
    reason: expect.stringMatching(/^the sample of the machine at 11\.0 s does not follow/),
  };

  test("one that ends before it begins, or begins before the last one ended; an empty one is possible", () => {
    expect(changed(10_000, (sample) => [{ ...sample, fromMs: 11_001 }])).toMatchObject(contradicts);
    expect(changed(10_000, (sample) => [{ ...sample, fromMs: 9999 }])).toMatchObject(contradicts);
    const nothing = {
      busySeconds: 0,
      stolenSeconds: 0,
      harnessSeconds: 0,
      waitedSeconds: { cpu: 0, io: 0, memory: 0 },
    };
    const { verdict, measures } = changed(10_000, (sample) => [{ ...sample, ...nothing, atMs: 10_000 }, sample]);
    expect([verdict, measures]).toEqual(["holds", checked(calm).measures]);
  });

  test("one of a machine with other processors than the host has", () => {
    const [record, facts] = recorded(fakeMachine(-1000, 41_000, calm));
    const hosted = (cores: number | string) =>
      machine.check({ ...record, run: { ...record.run, host: { cores } } }, facts);
    expect([hosted(2).verdict, hosted("many").verdict]).toEqual(["holds", "holds"]);
    expect(hosted(4)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/has 2 processors, and the host has 4$/),
    });
  });

  test("not one without counters: that time is unknown", () => {
    const nothing = { cores: null, busySeconds: null, stolenSeconds: null, harnessSeconds: null };
    const { verdict, measures } = changed(10_000, (sample) => [{ ...sample, ...nothing, why: "gone" }]);
    expect([verdict, measures?.machine?.unknownSeconds]).toEqual(["holds", expect.closeTo(1, 6)]);
    // The first one, in the warm-up, does not make the machine unknown either.
    expect(changed(-1000, (sample) => [{ ...sample, ...nothing, why: "not yet" }]).verdict).toBe("holds");
  });

  test("a container that used more than all processors had, allowing for a late reading", () => {
    // Two processors; a second between two readings, and a second that a reading may be late.
    const most = (seconds: number, part: string) =>
      read(10_300, ({ cpuSeconds }) => ({ cpuSeconds: (cpuSeconds ?? 0) + seconds }), part);
    expect(most(4.2, "k6").reason).not.toContain("is recorded as using");
    expect(most(4.5, "k6").reason).toBe("k6 is recorded as using 4.5 s of 2 processors in 1.0 s");
    const more = (seconds: number, changes: Partial<Reading> = {}) =>
      read(10_300, ({ cpuSeconds }) => ({ cpuSeconds: (cpuSeconds ?? 0) - 0.7 + seconds, ...changes }));
    expect(more(4.2).reason).not.toContain("is recorded as using");
    expect(more(4.5).reason).toBe("hapi-a is recorded as using 4.5 s of 2 processors in 1.0 s");
    expect(more(7.5, { tookMs: 2000 }).reason).not.toContain("is recorded as using");
  });

  /** A second, plus a tenth and 0.2 s: how far apart counters may be that are read one after the other. */
  test.each<[string, number, (seconds: number) => Partial<Sample>]>([
    ["busy", 2.4, (busySeconds) => ({ busySeconds })],
    ["stolen", 2.4, (stolenSeconds) => ({ stolenSeconds })],
    ["used by the harness", 2.4, (harnessSeconds) => ({ harnessSeconds })],
    ["waited for a processor", 1.3, (cpu) => ({ waitedSeconds: { cpu, io: 0, memory: 0 } })],
    ["waited for a disk", 1.3, (io) => ({ waitedSeconds: { cpu: 0, io, memory: 0 } })],
    ["waited for memory", 1.3, (memory) => ({ waitedSeconds: { cpu: 0, io: 0, memory } })],
  ])("one in which more time was %s than there was, or negative time", (_, most, change) => {
    const reasonOf = (seconds: number) => changed(10_000, (sample) => [{ ...sample, ...change(seconds) }]).reason;
    for (const possible of [0, most - 0.01]) expect(reasonOf(possible)).not.toContain("more time than there was");
    for (const impossible of [-0.01, most + 0.01])
      expect(reasonOf(impossible)).toBe(
        "the sample of the machine at 11.0 s shows more time than there was, or negative time",
      );
  });

  test("not a container that was only unreadable for a moment", () => {
    const once = read(10_300, ({ atMs, cpuSeconds }) => ({ cpuSeconds: atMs === 10_300 ? null : cpuSeconds }));
    expect(once.verdict).toBe("holds");
  });
});

test("one sample without pressure does not stand for all", () => {
  const { measures } = checked({ drill }, (lines) =>
    lines.map((line) =>
      line.type === "machine" && line.fromMs === 10_000
        ? { ...line, waitedSeconds: { cpu: null, io: null, memory: null } }
        : line,
    ),
  );
  expect(measures?.machine?.whole.waitedCpu).toBeCloseTo(0.9, 2);
});

test("unsampled time was not stolen, and a drill that used more than was busy left nothing to others", () => {
  const hole = checked({ drill }, (lines) =>
    lines.filter((line) => line.type !== "machine" || line.atMs <= 10_500 || line.atMs > 14_500),
  );
  expect(hole.measures?.machine?.whole.stolen).toBe(0);
  const less = checked({ drill }, (lines) =>
    lines.map((line) => (line.type === "machine" ? { ...line, busySeconds: 0.1 } : line)),
  );
  expect(less.measures?.machine?.whole.others).toBe(0);
});

test("the worst stretch may be the last one, is the first of several, and is no longer than the whole", () => {
  const worstOf = (endMs: number, of: FakeMachine) => {
    const [record, facts] = recorded(fakeMachine(-1000, 41_000, of), [...BASELINE, ...every(100, 2000, endMs + 1)]);
    return machine.check(record, facts).measures?.machine?.worst;
  };
  expect(worstOf(40_000, { drill, others: during(35_000, 40_000, 1) })).toMatchObject({ fromMs: 35_000, toMs: 40_000 });
  expect(worstOf(40_000, { harness: 0 })).toMatchObject({ fromMs: 0, toMs: 5000 });
  expect(worstOf(3900, { drill })).toMatchObject({ fromMs: 0, toMs: 3900 });
});

test("the use of a container that was never read counts as others': an unread one hides none", () => {
  const unread = (of: FakeMachine, ...parts: string[]) =>
    checked(of, (lines) =>
      lines.map((line) =>
        line.type === "resources" && parts.includes(line.part) ? { ...line, cpuSeconds: null } : line,
      ),
    );
  // It never ran, or used nothing.
  expect(unread({ drill }, "k6")).toMatchObject({
    verdict: "holds",
    measures: { machine: { whole: { others: 0 }, why: "what k6 used is not known" } },
  });
  expect(unread({ drill }, "hapi-a").verdict).toBe("inconclusive");
  const busy = { drill, others: () => 0.8 };
  for (const part of SAMPLED_COMPONENTS) expect(unread(busy, part).verdict).toBe("inconclusive");
  expect(unread(busy, ...SAMPLED_COMPONENTS)).toMatchObject({
    verdict: "not-examined",
    reason: expect.stringMatching(/^it is not known who used the processors: what hapi-a, .*, k6 used is not known$/),
  });
});

test("goes by its name, and is not asked where k6's clock was never mapped", () => {
  const record = timeline(BASELINE, {}, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [machine]).checks).toMatchObject([
    { name: "machine", verdict: "inconclusive", reason: expect.stringMatching(/^k6's clock was never mapped/) },
  ]);
});
