/** Commands that end before anything is started, by their exit codes and messages. */
import { describe } from "vitest";
import { test } from "./command.ts";

describe.concurrent("refused at once", () => {
  test.for([
    [["run", "no-such-scenario"], "region-loss"],
    [["run", "--config", "nope"], "async"],
    [["run", "--sed", "3"], "--seed"],
    [["run", "--seed", "-1"], "whole number"],
    [["check", "no-such-run"], "no run"],
    [["list", "nonsense"], "scenarios"],
  ] as const)("%j is a usage error that says what would be right", async ([args, hint], { commands, expect }) => {
    const run = commands.fhirdrill(args);
    expect(await run.exited).toBe(64);
    expect(run.text()).toContain(hint);
  });
});
