import fc from "fast-check";
import { expect, test } from "vitest";
import { Frames } from "./frames.ts";

test("however the pieces are split, the same bytes come out at the same offsets", () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 });
  fc.assert(
    fc.property(bodies, fc.nat(1000), fc.infiniteStream(fc.integer({ min: 1, max: 20 })), (bodies, from, cuts) => {
      let at = from;
      const said = Buffer.concat(
        bodies.flatMap((body) => {
          const frame = [Buffer.from(`${at} ${body.length}\n`), Buffer.from(body)];
          at += body.length;
          return frame;
        }),
      );
      const file = Buffer.alloc(at - from);
      const frames = new Frames((bytes, at) => void bytes.copy(file, at - from));
      for (let cut = 0; cut < said.length; ) {
        const end = cut + cuts.next().value;
        frames.push(said.subarray(cut, end));
        cut = end;
      }
      expect(file).toEqual(Buffer.concat(bodies.map((body) => Buffer.from(body))));
    }),
  );
});

test.each(["bash: no such file\n", "12\n", "-1 5\n", "1 2 3\n", "x".repeat(100)])("%j is no frame", (said) => {
  expect(() => new Frames(() => {}).push(Buffer.from(said))).toThrow("this came instead of the file: ");
});
