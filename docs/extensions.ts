/** What drills of each extension of the lab measured, in the figures that only it has: one table for each page. */

import { type Measures, MeasuresSchema } from "../harness/model/verdict/verdict.ts";
import { countedFigure } from "../harness/report/figures/counted.ts";
import { bounded, OBSERVED, seen } from "../harness/report/figures/observed.ts";
import { markdownHead, markdownLine, wordList } from "../harness/report/figures/text.ts";
import { type Row, rowsOf, type TabledRun, TabledSchema } from "../harness/report/table/table.ts";
import { inLine } from "../harness/report/table/text.ts";
import { type Observation, spread } from "../harness/stats/median.ts";
import { bestProven } from "./best-proven.ts";

/** What these tables read of a verdict. */
export const ExtendedSchema = TabledSchema.extend({
  measures: MeasuresSchema.pick({
    ...{ deviceMessages: true, clientNetworks: true, bulkExport: true },
    ...{ vaultReturn: true, accessEnds: true, stolenData: true },
  }).extend(TabledSchema.shape.measures.shape),
});
export interface Extended extends TabledRun {
  verdict: ReturnType<typeof ExtendedSchema.parse>;
}
type Read = Pick<Measures, keyof Extended["verdict"]["measures"] & keyof Measures>;

interface Figure {
  head: string;
  of: (measures: Read) => Observation | null;
}

interface Page {
  page: string;
  has: (run: TabledRun["run"]) => boolean;
  figures: readonly Figure[];
}

function figure(head: string, of: (measures: Read) => number | null): Figure {
  return { head, of: (measures) => seen(of(measures)) };
}

function downtimeOf(site: "a" | "b"): Figure {
  const own = ({ clientNetworks }: Read) => clientNetworks.find(({ side, lost }) => side === site && !lost);
  return {
    head: `network ${site.toUpperCase()} could not write, s`,
    of: (measures) => {
      const { downtimeSeconds = null, censored = false } = own(measures) ?? {};
      return downtimeSeconds === null ? null : { value: downtimeSeconds, censored };
    },
  };
}

const throughB = ({ clientNetworks }: Read) => clientNetworks.reduce((sum, { answeredBy }) => sum + answeredBy.b, 0);
const unaddressed = ({ clientNetworks }: Read) => clientNetworks.reduce((sum, { notFound }) => sum + notFound, 0);

const PAGES: readonly Page[] = [
  {
    page: "docs/private-link.md",
    has: ({ scenario }) => scenario.privateLink === true,
    figures: [
      ...[downtimeOf("a"), downtimeOf("b")],
      figure("writes through B's endpoint", throughB),
      figure("writes without an address", unaddressed),
    ],
  },
  {
    page: "docs/customer-keys.md",
    has: ({ config }) => config.vault !== null,
    figures: [
      { head: "nobody could write, s", of: OBSERVED.downtime },
      {
        head: "until writes after the vault's return, s",
        of: ({ vaultReturn }) => bounded(vaultReturn.writesSeconds, vaultReturn.writesCensoredAtSeconds),
      },
      {
        head: "until keys or certificates after it, s",
        of: ({ vaultReturn }) => bounded(vaultReturn.clientsSeconds, vaultReturn.clientsCensoredAtSeconds),
      },
      figure("served after the last certificate's end, s", ({ accessEnds }) => accessEnds.servedSeconds),
      figure("stolen files", ({ stolenData }) => stolenData.files),
      figure("of them readable", ({ stolenData }) => stolenData.holding),
    ],
  },
  {
    page: "docs/bulk-export.md",
    has: ({ scenario }) => scenario.bulkExport !== null,
    figures: [
      figure("picked up, s", ({ bulkExport }) => bulkExport.pickedUpSeconds),
      figure("ended, s", ({ bulkExport }) => bulkExport.endedSeconds),
      figure("lines", ({ bulkExport }) => bulkExport.lines),
      figure("missing", ({ bulkExport }) => bulkExport.missing.count),
      figure("twice", ({ bulkExport }) => bulkExport.duplicated.count),
    ],
  },
  {
    page: "docs/devices.md",
    has: ({ scenario }) => scenario.devices !== null,
    figures: [
      figure("messages handed over", ({ deviceMessages }) => deviceMessages.handedOver),
      figure("lost with a broker", ({ deviceMessages }) => deviceMessages.lost.withBroker),
      figure("with a bridge", ({ deviceMessages }) => deviceMessages.lost.withBridge),
      figure("with a site", ({ deviceMessages }) => deviceMessages.lost.withSite),
      figure("stored twice", ({ deviceMessages }) => deviceMessages.duplicated.count),
      figure("out of order", ({ deviceMessages }) => deviceMessages.reordered.count),
      figure("stored at the latest after, s", ({ deviceMessages }) => inSeconds(deviceMessages.late.maxMs)),
    ],
  },
];

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

/**
 * A block for each page, from all stored runs. Each scenario × configuration has one line; if its runs differ in setup or
 * images, that of the best proven ones.
 */
export function extensionBlocks(runs: readonly Extended[]): { page: string; name: string; text: string }[] {
  return PAGES.map((of) => ({ page: of.page, name: "extension", text: tableOn(of, runs) }));
}

function tableOn({ has, figures }: Page, all: readonly Extended[]): string {
  const grouped = rowsOf(all.filter(({ run }) => has(run)));
  const lines = [...Map.groupBy(grouped, ({ row }) => `${row.scenario} × ${row.config}`)]
    .toSorted(([x], [y]) => (x < y ? -1 : 1))
    .map(([name, twins]) => {
      const best = bestProven(
        twins.map(({ row }) => row),
        name,
      );
      return line(best, twins.find(({ row }) => row === best)?.runs ?? [], figures);
    });
  return [...markdownHead(["scenario", "configuration", "runs", ...figures.map(({ head }) => head)]), ...lines].join(
    "\n",
  );
}

function line({ scenario, config, words }: Row, runs: readonly Extended[], figures: readonly Figure[]): string {
  const cells = figures.map(({ of }) => {
    const values = runs.map(({ verdict }) => countedFigure(verdict, of)).filter((value) => value !== null);
    return inLine(spread(values), words);
  });
  return markdownLine([`\`${scenario}\``, `\`${config}\``, wordList(words).join(", "), ...cells]);
}
