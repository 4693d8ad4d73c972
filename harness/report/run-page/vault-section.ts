/** What happened without the vault: when its clients asked in vain, and what became of access and data; nothing without one. */
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
  const gone = away.map(({ kind, fromMs, toMs }) => [kind, at(fromMs), toMs === null ? "never" : at(toMs)]);
  const inVain = SITES.flatMap((side) => spansOf(asks[side]).map((span) => [side.toUpperCase(), ...rowOf(span)]));
  return html`<section aria-labelledby="vault"><h2 id="vault">Customer-managed keys</h2>
${unknown === null ? null : html`<p>The times of the vault's clients are not known: ${unknown}.</p>`}
${texts.map((text) => html`<p>${text.charAt(0).toUpperCase() + text.slice(1)}.</p>`)}
${gone.length === 0 ? null : table("The vault was away, s", ["", "from", "to"], gone)}
${
  unknown !== null || inVain.length === 0
    ? null
    : table(
        "Its clients asked in vain, s",
        ["site", "first", "last", "times", "answered with status", "had it at"],
        inVain,
      )
}</section>`;
}

interface Span {
  inVain: Ask[];
  givenMs: number | null;
}

/** Each stretch in which one asked in vain, and when it had what it asked for. */
function spansOf(asks: readonly Ask[]): Span[] {
  const spans: Span[] = [];
  for (const [i, ask] of asks.entries()) {
    const open = asks[i - 1]?.given === false ? spans.at(-1) : undefined;
    if (ask.given) {
      if (open) open.givenMs = ask.atMs;
    } else if (open) open.inVain.push(ask);
    else spans.push({ inVain: [ask], givenMs: null });
  }
  return spans;
}

function rowOf({ inVain, givenMs }: Span): (string | number)[] {
  const statuses = [...new Set(inVain.map(({ status }) => (status === 0 ? "no answer" : String(status))))];
  const [first, last] = [inVain[0], inVain.at(-1)].map((ask) => at(ask?.atMs ?? 0)) as [string, string];
  return [first, last, inVain.length, statuses.join(", "), givenMs === null ? "never" : at(givenMs)];
}

function at(ms: number): string {
  return (ms / 1000).toFixed(1);
}
