import fc from "fast-check";
import { expect, test } from "vitest";
import { OF_ANY_DRILL, tagged, tagOf } from "./tag.ts";
import { planWrite, SEED_LIMIT, WRITE_KINDS, type WriteForm } from "./write.ts";
import { writeTexts } from "./write-text.ts";

const MIX = { put: 5, post: 3, bundle: 1, update: 1 };
const WRITES = 200;
const OWN: WriteForm["resources"] = [
  { resourceType: "Patient", id: "p", active: true },
  { resourceType: "Observation", id: "o", status: "final", subject: { reference: "Patient/p" } },
];

const FORMS: [string, WriteForm | undefined][] = [
  ["have the default form", undefined],
  ["are small", { bodies: "small", bundleEntries: 5 }],
  ["are realistic", { bodies: "realistic" }],
  ["are one's own", { resources: OWN }],
];

test.each(FORMS)("writes that %s are sent exactly as planned", (_, form) => {
  const seeds = fc.integer({ min: 0, max: SEED_LIMIT - 1 });
  const first = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(seeds, first, fc.boolean(), (seed, from, isTagged) => {
      const tags = isTagged ? [OF_ANY_DRILL, tagOf(seed)] : [];
      const textOf = writeTexts({ seed, mix: MIX, form, tags });
      const kinds = new Set<string>();
      for (let n = from; n < from + WRITES; n += 1) {
        const { body, ...planned } = planWrite(seed, n, MIX, form);
        expect(textOf(n)).toEqual({ ...planned, text: JSON.stringify(tagged(body, tags)) });
        kinds.add(planned.kind);
      }
      expect(kinds.size).toBe(WRITE_KINDS.length);
    }),
    { numRuns: 20 },
  );
});
