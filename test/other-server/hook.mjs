/**
 * A program that breaks nothing but says so, and in one step does not do as it should: `hook.mjs FILE HOW STEP`. In force is
 * it while the file is there.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";

const [, , file, how, step] = process.argv;
const hang = () => setInterval(() => {}, 60_000);
const flood = () => process.stdout.write(`${"{".repeat(1000)}\n`, flood);

if (step === "inject") writeFileSync(file, "");
if (step === "heal" && how !== "heal-hangs") rmSync(file, { force: true });
if (step === "evidence" && (how !== "evidence-floods" || !existsSync(file)))
  process.stdout.write(JSON.stringify({ bit: how === "evidence-lies" && existsSync(file) ? "yes" : existsSync(file) }));

if (how === `${step}-hangs`) hang();
if (how === `${step}-floods` && existsSync(file)) flood();
