/** Writes a fake record to disk and packs it: `node bench/long-made.ts FOLDER WRITES`. Prints a line of JSON. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { RECORD_FILES } from "../harness/model/record/seal.ts";
import { timed } from "./child.ts";
import { writeMadeUpRecord } from "./made-up-record.ts";

export interface LongMade {
  lost: number;
  ledgerBytes: number;
  /** Size of all files of the record, plain and packed. */
  bytes: number;
  packedBytes: number;
  packMs: number;
}

const [path = "", writes] = process.argv.slice(2);
const { folder, lost } = writeMadeUpRecord(path, Number(writes));
const ledgerBytes = statSync(join(path, RECORD_FILES.ledger)).size;
const { bytes } = folder;
const { ms } = timed(() => folder.pack());
const said: LongMade = { lost, ledgerBytes, bytes, packedBytes: folder.bytes, packMs: ms };
process.stdout.write(`${JSON.stringify(said)}\n`);
