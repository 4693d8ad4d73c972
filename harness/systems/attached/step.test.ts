import { expect, test, vi } from "vitest";
import type { Step } from "../../model/plan/own-system.ts";
import { runStep, whyFailed } from "./step.ts";

const node = (script: string, timeoutSeconds = 20): Step => ({
  argv: [process.execPath, "-e", script],
  timeoutSeconds,
});
const failed = async (step: Step) => whyFailed(step, await runStep(step));

test("a program gets its arguments unchanged, and a minimal environment", async () => {
  vi.stubEnv("FHIRDRILL_TEST_SECRET", "not for them");
  for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT", "SSH_AUTH_SOCK"]) vi.stubEnv(name, undefined);
  vi.stubEnv("KUBECONFIG", "/home/me/staging.yaml");
  const script =
    "console.log(JSON.stringify([process.argv[1], Object.keys(process.env).sort(), process.env.KUBECONFIG, process.cwd()]))";
  const argv: Step["argv"] = [process.execPath, "-e", script, "$HOME; ls *"];
  const { exitCode, out } = await runStep({ argv, timeoutSeconds: 20, folder: "/" });
  vi.unstubAllEnvs();
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toEqual(["$HOME; ls *", ["HOME", "KUBECONFIG", "PATH"], "/home/me/staging.yaml", "/"]);
});

test("a program that exits with 0 has not failed", async () => {
  expect(await failed(node(""))).toBeNull();
});

test("a failure is reported with the last line of stderr", async () => {
  expect(await failed(node("console.error('first'); console.error('no such host'); process.exit(3)"))).toMatch(
    / ended with 3: no such host$/,
  );
});

test("a program that does not end is killed, with its children", async () => {
  const child = "setTimeout(() => require('fs').writeSync(1, 'late'), 1500)";
  const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
  const step = node(script, 0.7);
  const ended = await runStep(step);
  expect(whyFailed(step, ended)).toMatch(/ did not end within 0.7 s$/);
  // While any of them lived, the output would stay open and the call would wait.
  expect(ended.out).toBe("");
});

test("a program that floods its output is killed", async () => {
  const flood = node(
    "const line = 'x'.repeat(1000); setInterval(() => { for (let i = 0; i < 100; i += 1) console.log(line) }, 1)",
  );
  const ended = await runStep(flood);
  expect([ended.killed, ended.out.length]).toEqual(["output", 65_536]);
  expect(whyFailed(flood, ended)).toMatch(/ printed more than 64 KiB$/);
});

test("a missing program cannot be started", async () => {
  expect(await failed({ argv: ["/no/such/program"], timeoutSeconds: 1 })).toMatch(
    /^\/no\/such\/program cannot be started: .*ENOENT/,
  );
});
