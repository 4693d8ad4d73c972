/**
 * The register check against Porcupine: the same fake histories for both, their verdicts compared, their times as
 * ratios within one run. Porcupine is built from bench/porcupine with Go. It may use every core, except when processor
 * time is measured: then it has one, as ours does. Ours is warmed up first, because Porcupine is compiled beforehand.
 * Each is timed three times on a history in memory, grouping included; the median counts.
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { registerViolations } from "../harness/check/register-order.ts";
import { MAYBE_UPDATED, READ, type RegisterOperation, Registers, UPDATED } from "../harness/model/columns/registers.ts";
import { median, type Took, timed } from "./child.ts";

const ROUNDS = 3;
const AT_LEAST_MS = 100;
const PORCUPINE_SECONDS = 300;
const RECORD_BYTES = 40;

interface Case {
  name: string;
  ops: Registers;
}

const update = (register: number, expects: number, writer: number, atMs: number): RegisterOperation => {
  const times = { invokedMs: atMs, completedMs: atMs + 0.5 };
  return { register, kind: UPDATED, expects, version: expects + 1, writer, ...times };
};
const read = (register: number, version: number, writer: number, atMs: number): RegisterOperation => {
  return { register, kind: READ, expects: null, version, writer, invokedMs: atMs, completedMs: atMs + 0.5 };
};
const maybe = (register: number, expects: number, writer: number, atMs: number): RegisterOperation => {
  const times = { invokedMs: atMs, completedMs: Number.POSITIVE_INFINITY };
  return { register, kind: MAYBE_UPDATED, expects, version: 0, writer, ...times };
};

/** Update, read, update, read of every register; with `stale`, one register's last read returns the version before. */
function manyRegisters(registers: number, stale: boolean): Registers {
  const ops = new Registers();
  for (let round = 0; round < 2; round += 1)
    for (let register = 0; register < registers; register += 1) {
      const atMs = round * registers * 2 + register * 2;
      const writer = 1 + round * registers + register;
      ops.push(update(register, round, writer, atMs));
      const old = stale && round === 1 && register === 777 % registers;
      ops.push(old ? read(register, 1, writer - registers, atMs + 1) : read(register, round + 1, writer, atMs + 1));
    }
  return ops;
}

function oneRegister(updates: number): Registers {
  const ops = new Registers();
  for (let version = 0; version < updates; version += 1) {
    ops.push(update(0, version, version + 1, version * 2));
    ops.push(read(0, version + 1, version + 1, version * 2 + 1));
  }
  return ops;
}

/** Many updates with unknown outcome, all expecting the same version, and a read that none of them explains. */
function contended(unknown: number): Registers {
  const ops = Array.from({ length: unknown }, (_, i) => maybe(0, 0, i + 1, i));
  return Registers.of([...ops, read(0, 1, unknown + 1, unknown + 1)]);
}

const CASES: Case[] = [
  ...[1e3, 1e4, 1e5, 1e6].map((keys) => ({
    name: `${4 * keys} operations, ${keys} registers`,
    ops: manyRegisters(keys, false),
  })),
  { name: "the same, one stale read", ops: manyRegisters(1e6, true) },
  { name: "20000 operations, 1 register", ops: oneRegister(10_000) },
  { name: "12 of unknown outcome, 1 register", ops: contended(12) },
  { name: "16 of unknown outcome, 1 register", ops: contended(16) },
];

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-bench-"));
try {
  const program = join(folder, "porcupine");
  execFileSync("go", ["build", "-o", program, "."], { cwd: fileURLToPath(new URL("porcupine", import.meta.url)) });
  const head = ["history", "ours, ms", "Porcupine, ms", "ratio", "ours, processor", "Porcupine, one core", "ratio"];
  console.log(`| ${[...head, "same answer"].join(" | ")} |\n|---${"|--:".repeat(7)}|`);
  warmUp();
  for (const { name, ops } of CASES) {
    const file = join(folder, "history");
    writeHistory(file, ops);
    const ours = Array.from({ length: ROUNDS }, () => judged(ops));
    const theirs = Array.from({ length: ROUNDS }, () => porcupine(program, file, {}));
    const oneCore = Array.from({ length: ROUNDS }, () => porcupine(program, file, { GOMAXPROCS: "1" }));
    const [x, y] = [median(ours.map(({ ms }) => ms)), median(theirs.map(({ ms }) => ms))];
    const [busyX, busyY] = [median(ours.map(({ cpuMs }) => cpuMs)), median(oneCore.map(({ cpuMs }) => cpuMs))];
    const said = ours[0]?.result;
    const agree = [...theirs, ...oneCore].every(({ result }) => result === said);
    const figures = [x, y, y / x, busyX, busyY, busyY / busyX].map((value) =>
      value.toLocaleString("en", { maximumSignificantDigits: 3 }),
    );
    console.log(`| ${[name, ...figures, agree ? "yes" : `no: ours ${said}`].join(" | ")} |`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Runs until the engine has compiled the check, for few and for many operations per register. */
function warmUp(): void {
  for (const ops of [manyRegisters(1000, true), oneRegister(1000), contended(12)])
    for (let round = 0; round < 30; round += 1) registerViolations(ops);
}

/** A short history is judged repeatedly, as bench/porcupine does. */
function judged(ops: Registers): Took<string> {
  let [violations, rounds] = [0, 0];
  const { ms, cpuMs } = timed(() => {
    const beganMs = performance.now();
    for (; rounds === 0 || performance.now() - beganMs < AT_LEAST_MS; rounds += 1)
      violations = registerViolations(ops).length;
  });
  return { result: violations === 0 ? "ok" : "illegal", ms: ms / rounds, cpuMs: cpuMs / rounds };
}

function porcupine(program: string, file: string, env: Record<string, string>): Took<string> {
  const options = { env: { ...process.env, ...env }, encoding: "utf8" } as const;
  const text = execFileSync(program, [file, String(PORCUPINE_SECONDS)], options);
  const said = JSON.parse(text) as { verdict: string; seconds: number; cpuSeconds: number };
  return { result: said.verdict, ms: said.seconds * 1000, cpuMs: said.cpuSeconds * 1000 };
}

/** The record format is described in bench/porcupine/main.go. */
function writeHistory(path: string, ops: Registers): void {
  const file = openSync(path, "w");
  const step = 100_000;
  for (let from = 0; from < ops.length; from += step) {
    const count = Math.min(step, ops.length - from);
    const bytes = new DataView(new ArrayBuffer(count * RECORD_BYTES));
    for (let k = 0; k < count; k += 1) {
      const [i, at] = [from + k, k * RECORD_BYTES];
      const isUpdate = ops.kind[i] !== READ;
      bytes.setUint32(at, ops.register[i] as number, true);
      bytes.setUint32(at + 4, ops.kind[i] as number, true);
      bytes.setUint32(at + 8, isUpdate ? (ops.expects[i] as number) : 0, true);
      bytes.setUint32(at + 12, ops.version[i] as number, true);
      bytes.setUint32(at + 16, Math.max(0, ops.writer[i] as number), true);
      bytes.setFloat64(at + 24, ops.invokedMs[i] as number, true);
      bytes.setFloat64(at + 32, ops.completedMs[i] as number, true);
    }
    writeSync(file, bytes);
  }
  closeSync(file);
}
