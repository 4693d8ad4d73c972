/** What is recorded of a vault when the drill is over: what its clients got of it, and what a thief of the data would find. */

import { SITES, type SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import { clientLinesIn, type VaultLine } from "../model/record/vault.ts";
import type { Database } from "../system/database.ts";
import type { System } from "../system/system.ts";
import type { EncryptedData, Vault } from "../system/vault.ts";
import type { Recorder } from "./recorder.ts";

/** The id of a request stands in the database as it is: short, and in no other form. The first one that was made. */
const TEXT = `
  select request_id as text from hfj_res_ver
   where length(request_id) >= 8 order by pid limit 1`;

export async function recordVault(
  { vault, postgres }: Pick<System, "vault" | "postgres">,
  record: Pick<Recorder, "vault">,
): Promise<void> {
  if (vault === null) return;
  for (const side of SITES) record.vault(await clientLines(vault, side));
  const { data } = vault;
  if (data === null) return;
  for (const side of SITES) record.vault(await searchedLines(data, postgres[side]));
}

/** A client writes each line at once and whole: one that is none of its lines makes the ledger worth nothing. */
async function clientLines(vault: Vault, side: SiteName): Promise<VaultLine[]> {
  try {
    const lines = clientLinesIn(await vault.clientLedger(side));
    return [...lines, { type: "client-end", side, lines: lines.length }];
  } catch (error) {
    return [{ type: "unreadable", side, what: "client", why: reasonOf(error) }];
  }
}

async function searchedLines(data: EncryptedData, { side, query }: Database): Promise<VaultLine[]> {
  try {
    const [row] = await query<{ text: string }>(TEXT);
    if (row === undefined) throw new Error("the database holds no request that could be looked for");
    // What is only in memory is in no file.
    await query("checkpoint");
    const open = await data.searchOpen(side, row.text);
    const stolen = await data.searchStolen(side, row.text);
    return [
      { type: "searched", side, of: "open", ...open },
      { type: "searched", side, of: "stolen", ...stolen },
    ];
  } catch (error) {
    return [{ type: "unreadable", side, what: "data", why: reasonOf(error) }];
  }
}
