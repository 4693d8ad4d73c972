/**
 * The page of a run: one file that loads nothing from the network and runs only its own script, whatever the record contains.
 * Text from servers is escaped (`html.ts`), and a Content-Security-Policy allows our script by its hash.
 */
import { createHash } from "node:crypto";
import { gatherFacts } from "../../check/facts.ts";
import type { RunRecord } from "../../model/record/record.ts";
import type { Verdict } from "../../model/verdict/verdict.ts";
import { Html, html } from "../html/html.ts";
import { bulkExportSection } from "./bulk-export-section.ts";
import { checksSection } from "./checks-section.ts";
import { devicesSection } from "./devices-section.ts";
import { eventsSection } from "./events-section.ts";
import { lossesSection } from "./losses-section.ts";
import { measuresSection } from "./measures-section.ts";
import { networksSection } from "./networks-section.ts";
import { ranSection } from "./ran-section.ts";
import { ratesSection } from "./rates-section.ts";
import { readsSection } from "./reads-section.ts";
import { pageScript, pageStyle } from "./script.ts";
import { signOffSection } from "./sign-off-section.ts";
import { storiesOf } from "./stories.ts";
import { timelineOf } from "./timeline.ts";
import { timelineSection } from "./timeline-section.ts";
import { topOf } from "./top.ts";
import { vaultSection } from "./vault-section.ts";

/** `notes`: what a reader must know about the origin of the verdict. */
export function pageOf(record: RunRecord, verdict: Verdict, notes: readonly string[] = []): string {
  const { run, events } = record;
  const { measures, checks } = verdict;
  const facts = gatherFacts(record);
  const [script, style] = [pageScript(), pageStyle()];
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdict.verdict.toUpperCase()}: ${run.scenario.name} × ${run.config.name}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
${topOf(run, verdict, [...incompleteNotes(record), ...notes])}
${timelineSection(timelineOf(record, facts, measures.downtime))}
${lossesSection(storiesOf(record, facts), measures)}
${bulkExportSection(record.bulkExport, measures.bulkExport)}
${devicesSection(measures)}
${networksSection(measures.clientNetworks)}
${ratesSection(measures.carriedRate)}
${readsSection(measures)}
${vaultSection(record, measures)}
${checksSection(checks)}
${measuresSection(measures)}
${eventsSection(events)}
${ranSection(run)}
${signOffSection(run)}
</main>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return page.text;
}

function incompleteNotes({ run, events, history }: RunRecord): string[] {
  const notes: string[] = [];
  if (run.state !== "complete") {
    const phase = events.findLast((event) => event.type === "phase")?.phase;
    const where = phase === undefined ? "before its first phase" : `in phase ${phase}`;
    const how = { running: "was killed, or is still running,", failed: "was given up", interrupted: "was interrupted" };
    const why = run.reason === null || run.reason === run.state ? "" : `: ${run.reason}`;
    notes.push(`This run is incomplete. It ${how[run.state]} ${where}${why}.`);
  }
  if (history.length === 0) notes.push("No write is recorded, so the charts of writes are empty.");
  else if (run.clock === null)
    notes.push("k6's clock was never mapped, so the charts show no writes: their times are not known.");
  return notes;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
