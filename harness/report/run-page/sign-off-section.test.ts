import { expect, test } from "vitest";
import { plantedRun } from "../../check/planted-run.ts";
import { signOffSection } from "./sign-off-section.ts";

test.each(["npm run chaos -- run planted --seed 4711", "npx fhirdrill run planted --seed 4711"])(
  "the plan of what was started by %s is shown by the same",
  (command) => {
    const { run } = plantedRun();
    expect(signOffSection({ ...run, command }).text).toContain(
      `Its plan: ${command.replace("run planted", "plan planted")}</p>`,
    );
  },
);
