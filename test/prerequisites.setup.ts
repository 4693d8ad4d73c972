/**
 * The prerequisites of all tests on real components: engine, images and schema. On a fresh machine this takes minutes.
 */
import { preparePrerequisites } from "../harness/run/set-up.ts";

const beganMs = performance.now();
const say = (line: string) => console.log(`${((performance.now() - beganMs) / 1000).toFixed(0).padStart(5)} s ${line}`);

/** Both projects that need it load this file for themselves, in one process. */
const shared = globalThis as { fhirdrillPrerequisites?: Promise<unknown> };

export default async function setup(): Promise<void> {
  shared.fhirdrillPrerequisites ??= preparePrerequisites("auto", {
    say,
    step: (name, done) => done && done.tookMs > 1000 && say(`${name}: ${(done.tookMs / 1000).toFixed(1)} s`),
    event: () => {},
    live: () => {},
  });
  await shared.fhirdrillPrerequisites;
}
