/**
 * The prerequisites of all tests on real components: engine, images and schema. On a fresh machine this takes minutes.
 */
import { prepareGround } from "../harness/run/set-up.ts";

const beganMs = performance.now();
const say = (line: string) => console.log(`${((performance.now() - beganMs) / 1000).toFixed(0).padStart(5)} s ${line}`);

export default async function setup(): Promise<void> {
  await prepareGround("auto", {
    say,
    step: (name, done) => done && done.tookMs > 1000 && say(`${name}: ${(done.tookMs / 1000).toFixed(1)} s`),
    event: () => {},
    live: () => {},
  });
}
