/** What is recorded of a vault after the drill: what its clients got, and what a thief of the data would find. */

import { SITES, type SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import { clientLinesIn, type VaultLine } from "../model/record/vault.ts";
import type { Database } from "../system/database.ts";
import type { System } from "../system/system.ts";
import type { EncryptedData, Vault } from "../system/vault.ts";
import type { Recorder } from "./recorder.ts";

/** The first request id in the database: a short text that is stored verbatim and in no other form. */
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

/** A client writes each line whole and at once, so a single malformed line discredits the whole ledger. */
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
    if (row === undefined) throw new Error("the database holds no request id to search for");
    // Otherwise the text might be only in memory and in no file.
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
