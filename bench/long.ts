/**
 * The cost of a long run after its end: `npm run bench:long -- WRITES…`. A fake record of that many writes
 * (`made-up-record.ts`) is written to disk and packed in one process; it is read, judged and its page made in another.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inChild } from "./child.ts";
import type { LongMade } from "./long-made.ts";
import type { LongOnce } from "./long-once.ts";

/** An hour, 5.6 hours and 22 hours at 50 writes a second. */
const SIZES = [180_000, 1_000_000, 4_000_000];
const LEAST = 3000;
/** The memory of the process that makes the record is not measured. */
const MAKER = ["--max-old-space-size=12000"];

const asked = process.argv.slice(2).map(Number);
if (asked.some((writes) => !(Number.isInteger(writes) && writes >= LEAST)))
  throw new Error(`how many writes? whole numbers of at least ${LEAST}, such as ${SIZES.join(" ")}`);

const number = (value: number) => value.toLocaleString("en", { maximumSignificantDigits: value < 1000 ? 3 : 4 });
const head = ["writes", "ledger, MB", "record, MB", "packed, MB", "packed in, s", "read, s", "judged, s", "s/million"];
const tail = ["start, MiB", "read, MiB", "peak, MiB", "page, kB", "page in, s"];
console.log(`| ${[...head, ...tail].join(" | ")} |\n${"|--:".repeat(head.length + tail.length)}|`);
for (const writes of asked.length > 0 ? asked : SIZES) {
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-bench-"));
  try {
    const made = inChild<LongMade>("long-made.ts", [folder, writes], MAKER);
    const once = inChild<LongOnce>("long-once.ts", [folder]);
    if (once.writes !== writes) throw new Error(`of ${writes} writes ${once.writes} were read`);
    if (once.lost !== made.lost) throw new Error(`${once.lost} writes were called lost, and ${made.lost} were`);
    const seconds = [once.readMs / 1000, once.judgeMs / 1000, ((once.readMs + once.judgeMs) * 1000) / writes];
    const sizes = [made.ledgerBytes / 1e6, made.bytes / 1e6, made.packedBytes / 1e6, made.packMs / 1000];
    const memory = [once.startMiB, once.readMiB, once.peakMiB];
    const cells = [writes, ...sizes, ...seconds, ...memory, once.pageBytes / 1000, once.pageMs / 1000];
    console.log(`| ${cells.map(number).join(" | ")} |`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
