import { expect, test } from "vitest";
import { withSteps } from "./own-steps.ts";
import { type OwnSystemInput, OwnSystemSchema } from "./own-system.ts";

test("every program is found with its key, and nothing else is changed", () => {
  const step = (program: string) => ({ argv: [program] as [string], timeoutSeconds: 5 });
  const described: OwnSystemInput = {
    is: "ours",
    fhir: { base: "http://fhir.test", auth: { kind: "bearer", token: { run: step("token") } } },
    expect: { environment: "staging", proof: step("proof") },
    targets: { argv: { is: "other", find: { label: { name: "argv", value: "argv" } } } },
    hooks: { cut: { inject: step("i"), heal: step("h"), evidence: step("e"), ttlSeconds: 9 } },
    observe: { primary: { run: step("who") }, lag: { run: step("lag") }, redundant: step("both") },
    sql: { a: { run: step("dsn") }, b: { env: "DSN_B" } },
    switchover: { b: step("switch") },
    guard: { stop: step("stop") },
  };
  const own = OwnSystemSchema.parse(described);
  const found = new Map<string, string>();
  const moved = withSteps(own, (step, key) => {
    found.set(key, step.argv[0]);
    return { ...step, folder: "/there" };
  });
  expect(Object.fromEntries(found)).toEqual({
    ...{ "fhir.auth.token.run": "token", "expect.proof": "proof" },
    ...{ "hooks.cut.inject": "i", "hooks.cut.heal": "h", "hooks.cut.evidence": "e" },
    ...{ "observe.primary.run": "who", "observe.lag.run": "lag", "observe.redundant": "both" },
    ...{ "sql.a.run": "dsn", "switchover.b": "switch", "guard.stop": "stop" },
  });
  expect(moved.switchover?.b).toEqual({ argv: ["switch"], timeoutSeconds: 5, folder: "/there" });
  expect(withSteps(own, (step) => step)).toEqual(own);
});
