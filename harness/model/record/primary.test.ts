import { expect, test } from "vitest";
import type { SiteName } from "../plan/site.ts";
import { lastPrimary, takeoversIn } from "./primary.ts";
import { type PrimaryProbe, PrimaryProbeSchema } from "./probe.ts";

/** A second apart, each answered after a tenth of one: `a1` is A, the primary on timeline 1, and so on. */
function sampled(...told: (string | null)[]): PrimaryProbe[] {
  return told.map((each, i) => {
    const [side, role, timeline, holder] = /^([ab])(p|r|\?)(\d?)(a|b|-)?$/.exec(each ?? "")?.slice(1) ?? [];
    return PrimaryProbeSchema.parse({
      ...{ type: "primary", side: side ?? "a", sentMs: i * 1000, doneMs: i * 1000 + 100, lagBytes: null },
      server:
        role === undefined || role === "?"
          ? null
          : { role: role === "p" ? "primary" : "replica", state: "running", timeline: Number(timeline) },
      lock: holder === undefined ? null : { holder: holder === "-" ? null : holder },
      why: each === null ? "no answer" : null,
    });
  });
}

test("nobody takes over from nobody: the first primary is no takeover", () => {
  expect(takeoversIn(sampled("br1-", "ap1a", "br1a", "ap1a"))).toEqual([]);
});

test("a takeover lies between the last sample that saw it otherwise and the first that saw it", () => {
  expect(takeoversIn(sampled("ap1a", "br1a", null, "br1a", null, "br1-", null, "bp2b"))).toEqual([
    { from: "a", to: "b", timeline: 2, unlocked: { fromMs: 3000, toMs: 5100 }, promoted: { fromMs: 5000, toMs: 7100 } },
  ]);
});

test("one that holds the lock again has not lost it for good", () => {
  const [takeover] = takeoversIn(sampled("ap1a", "br1-", "br1a", "br1-", "bp2b"));
  expect(takeover?.unlocked).toEqual({ fromMs: 2000, toMs: 3100 });
});

test("who cannot say who holds the lock has not seen that it is free", () => {
  const [takeover] = takeoversIn(sampled("ap1a", "br1a", "br1", "br1", "bp2b"));
  expect(takeover?.unlocked).toEqual({ fromMs: 1000, toMs: 4100 });
});

test("a takeover while nobody looked is told, and when it was is not known before somebody looked again", () => {
  expect(takeoversIn(sampled("ap1a", null, null, null, "bp2b"))).toEqual([
    { from: "a", to: "b", timeline: 2, unlocked: { fromMs: 0, toMs: 4100 }, promoted: { fromMs: null, toMs: 4100 } },
  ]);
});

test("a side that was silent was not seen to be a follower still", () => {
  const [takeover] = takeoversIn(sampled("ap1a", "br1a", "b?1a", "b?1a", "bp2b"));
  expect(takeover?.promoted).toEqual({ fromMs: 1000, toMs: 4100 });
});

test("nor does it vanish when the same side is the primary again on a newer timeline", () => {
  expect(takeoversIn(sampled("ap1a", null, "ap3a"))).toMatchObject([
    { from: "a", to: "a", timeline: 3, unlocked: null },
  ]);
});

test("an old primary that has not noticed yet is none, and takes over from nobody", () => {
  expect(takeoversIn(sampled("ap1a", "br1a", "bp2b", "ap1", "bp2b", "ap1"))).toHaveLength(1);
  expect(lastPrimary(sampled("ap1a", "bp2b", "ap1"))).toBe("b");
});

test("there and back again", () => {
  const turns = takeoversIn(sampled("ap1a", "br1a", "bp2b", "ar2b", "ap3a")).map(({ from, to }) => `${from}${to}`);
  expect(turns).toEqual(["ab", "ba"]);
});

test("who was never asked is nobody's primary", () => {
  expect(lastPrimary(sampled(null, "br1a"))).toBeNull();
  const sides: SiteName[] = ["a", "b"];
  expect(sides.map((side) => lastPrimary(sampled(`${side}p1${side}`)))).toEqual(sides);
});
