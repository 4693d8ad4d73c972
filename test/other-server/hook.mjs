/**
 * A hook that only pretends to break something, and misbehaves in one step: `hook.mjs FILE HOW STEP`. Its fault is
 * active while the file exists.
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
