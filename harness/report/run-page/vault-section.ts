/** The absence of the vault: failed requests of its clients, and its effect on access and data; `null` without a vault. */
import { type Ask, vaultLedger } from "../../check/vault-ledger.ts";
import { SITES } from "../../model/plan/site.ts";
import type { RunRecord } from "../../model/record/record.ts";
import { vaultTexts } from "../../model/verdict/told.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { table } from "./html-table.ts";

export function vaultSection(record: RunRecord, measures: Measures): Html | null {
  if (record.run.config.vault === null) return null;
  const { asks, away, unknown } = vaultLedger(record);
  const texts = vaultTexts(measures);
  const absences = away.map(({ kind, fromMs, toMs }) => [kind, at(fromMs), toMs === null ? "never" : at(toMs)]);
  const failed = SITES.flatMap((site) => spansOf(asks[site]).map((span) => [site.toUpperCase(), ...rowOf(span)]));
  return html`<section aria-labelledby="vault"><h2 id="vault">Customer-managed keys</h2>
${unknown === null ? null : html`<p>The times of the vault's clients are not known: ${unknown}.</p>`}
${texts.map((text) => html`<p>${text.charAt(0).toUpperCase() + text.slice(1)}.</p>`)}
${absences.length === 0 ? null : table("Vault unavailable, s", ["", "from", "to"], absences)}
${
  unknown !== null || failed.length === 0
    ? null
    : table("Failed requests of its clients, s", ["site", "first", "last", "times", "status", "succeeded at"], failed)
}</section>`;
}

interface Span {
  failed: Ask[];
  givenMs: number | null;
}

/** Each series of failed requests, and when one succeeded. */
function spansOf(asks: readonly Ask[]): Span[] {
  const spans: Span[] = [];
  for (const [i, ask] of asks.entries()) {
    const open = asks[i - 1]?.given === false ? spans.at(-1) : undefined;
    if (ask.given) {
      if (open) open.givenMs = ask.atMs;
    } else if (open) open.failed.push(ask);
    else spans.push({ failed: [ask], givenMs: null });
  }
  return spans;
}

function rowOf({ failed, givenMs }: Span): (string | number)[] {
  const statuses = [...new Set(failed.map(({ status }) => (status === 0 ? "no answer" : String(status))))];
  const [first, last] = [failed[0], failed.at(-1)].map((ask) => at(ask?.atMs ?? 0)) as [string, string];
  return [first, last, failed.length, statuses.join(", "), givenMs === null ? "never" : at(givenMs)];
}

function at(ms: number): string {
  return (ms / 1000).toFixed(1);
}
