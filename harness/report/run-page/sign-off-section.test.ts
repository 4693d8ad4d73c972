import { expect, test } from "vitest";
import { fakeRun } from "../../check/testing/fake-run.ts";
import { signOffSection } from "./sign-off-section.ts";

test.each(["npm run chaos -- run fake --seed 4711", "npx fhirdrill run fake --seed 4711"])(
  "the plan of what was started by %s is shown by the same",
  (command) => {
    const { run } = fakeRun();
    expect(signOffSection({ ...run, command }).text).toContain(
      `Its plan: ${command.replace("run fake", "plan fake")}</p>`,
    );
  },
);
