import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { fakeRun } from "../../check/testing/fake-run.ts";
import { wordsIn } from "../testing/words.ts";
import { topOf } from "./top.ts";

/** The text beside a figure. */
function figure(name: string, capabilities?: ["hapi"]): string | undefined {
  const record = fakeRun({}, ({ run }) => ({ run: { ...run, ...(capabilities && { capabilities }) } }));
  const { text } = topOf(record.run, judge(record), []);
  const [, found] = new RegExp(`<dt>${name}</dt>(.*?)</div>`).exec(text) ?? [];
  return found === undefined ? undefined : wordsIn(found);
}

test("a figure that could not be examined is shown as not examined, without a value", () => {
  expect(figure("RPO")).toMatch(/^0\.00 s .* ✓ holds$/);
  expect(figure("RPO", ["hapi"])).toMatch(/^not examined .* – not examined$/);
  expect(figure("Redundancy restored", ["hapi"])).toMatch(/^not examined .* – not examined$/);
  expect(figure("Lost writes", ["hapi"])).toMatch(/^not known .* – not examined$/);
});
