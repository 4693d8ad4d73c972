import { expect, test } from "vitest";
import type { SiteName } from "../plan/site.ts";
import { lastPrimary, takeoversIn } from "./primary.ts";
import { type PrimaryProbe, PrimaryProbeSchema } from "./probe.ts";

/** Samples a second apart, each answered after 0.1 s: `a1` means A is primary on timeline 1, and so on. */
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

test("the first primary is no takeover", () => {
  expect(takeoversIn(sampled("br1-", "ap1a", "br1a", "ap1a"))).toEqual([]);
});

test("a takeover is between the last sample before it and the first after it", () => {
  expect(takeoversIn(sampled("ap1a", "br1a", null, "br1a", null, "br1-", null, "bp2b"))).toEqual([
    { from: "a", to: "b", timeline: 2, unlocked: { fromMs: 3000, toMs: 5100 }, promoted: { fromMs: 5000, toMs: 7100 } },
  ]);
});

test("a site that holds the lock again has not lost it for good", () => {
  const [takeover] = takeoversIn(sampled("ap1a", "br1-", "br1a", "br1-", "bp2b"));
  expect(takeover?.unlocked).toEqual({ fromMs: 2000, toMs: 3100 });
});

test("a sample with an unknown lock holder does not show that the lock is free", () => {
  const [takeover] = takeoversIn(sampled("ap1a", "br1a", "br1", "br1", "bp2b"));
  expect(takeover?.unlocked).toEqual({ fromMs: 1000, toMs: 4100 });
});

test("a takeover between distant samples is found, with its time bounded by them", () => {
  expect(takeoversIn(sampled("ap1a", null, null, null, "bp2b"))).toEqual([
    { from: "a", to: "b", timeline: 2, unlocked: { fromMs: 0, toMs: 4100 }, promoted: { fromMs: null, toMs: 4100 } },
  ]);
});

test("a silent site was not seen to be still a follower", () => {
  const [takeover] = takeoversIn(sampled("ap1a", "br1a", "b?1a", "b?1a", "bp2b"));
  expect(takeover?.promoted).toEqual({ fromMs: 1000, toMs: 4100 });
});

test("a takeover is kept when the same site is primary again on a newer timeline", () => {
  expect(takeoversIn(sampled("ap1a", null, "ap3a"))).toMatchObject([
    { from: "a", to: "a", timeline: 3, unlocked: null },
  ]);
});

test("an old primary that has not noticed the takeover does not count", () => {
  expect(takeoversIn(sampled("ap1a", "br1a", "bp2b", "ap1", "bp2b", "ap1"))).toHaveLength(1);
  expect(lastPrimary(sampled("ap1a", "bp2b", "ap1"))).toBe("b");
});

test("a failover and a failback are two takeovers", () => {
  const turns = takeoversIn(sampled("ap1a", "br1a", "bp2b", "ar2b", "ap3a")).map(({ from, to }) => `${from}${to}`);
  expect(turns).toEqual(["ab", "ba"]);
});

test("without samples there is no primary", () => {
  expect(lastPrimary(sampled(null, "br1a"))).toBeNull();
  const sides: SiteName[] = ["a", "b"];
  expect(sides.map((side) => lastPrimary(sampled(`${side}p1${side}`)))).toEqual(sides);
});
