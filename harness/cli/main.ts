/**
 * argv → a call; what was thrown → an exit code. A command is loaded when it is called: most need no container engine, whose
 * client takes longest to load.
 */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import fhirdrill from "../../package.json" with { type: "json" };
import { DrillFailure, EXIT, Interrupted } from "../model/failure.ts";
import { IMAGE_MODES } from "../model/settings.ts";
import { SEED_LIMIT } from "../model/write.ts";
import { FORMATS, type Format, LISTS, type ListName } from "./choices.ts";
import type { CompareOptions } from "./compare.ts";
import { COMPARE_HELP } from "./compare-help.ts";
import type { ExportOptions } from "./export.ts";
import type { MatrixOptions } from "./matrix.ts";
import type { NightlyOptions } from "./nightly.ts";
import { printFailure } from "./output.ts";
import type { PlanOptions } from "./plan.ts";
import { rateOption } from "./rate.ts";
import type { ReportOptions } from "./report.ts";
import type { RunOptions } from "./run.ts";
import type { SelfTestOptions } from "./self-test.ts";
import { delivered, print, ReaderGone, tell } from "./standard-streams.ts";
import type { TableOptions } from "./table.ts";
import type { TrendOptions } from "./trend.ts";
import { whole } from "./whole.ts";

const file = (text: string) => {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must name a file.");
};

/** What is shown below a command's options. */
const examples = (...lines: string[]) => ["\nExamples:", ...lines].join("\n  npm run chaos -- ");

const names = (text: string) => text.split(",").map((name) => name.trim());

const gathered = (text: string, all: string[] = []) => [...all, text];

/** Which drills there are, of those commands that run many. */
const planned = (command: Command, repeat: number) =>
  command
    .option("--scenarios <names>", "some of them, separated by commas; all if not given", names)
    .option("--configs <names>", "likewise", names)
    .option("-n, --repeat <times>", "so many drills of each cell", whole(1, 1000), repeat)
    .option(
      "-s, --seed <number>",
      "decides writes, fault times and the order; drawn if not given",
      whole(0, SEED_LIMIT - 1),
    )
    .addOption(rateOption())
    .addOption(
      new Option("--resume <matrix>", "go on with one that was stopped, by its folder or id").conflicts([
        "scenarios",
        "configs",
        "repeat",
        "seed",
        "rate",
      ]),
    );

/** As shells tell of a program that SIGPIPE ended, which is how others end when their reader has gone. */
const LIKE_A_BROKEN_PIPE = 141;

let exitCode = 0;
const program = new Command("fhirdrill")
  .description("Disaster-recovery fire drills for FHIR servers.")
  .addHelpText("after", examples("run region-loss --config sync"))
  .addHelpText("after", "\nExit: 0 holds, 1 broken, 2 inconclusive, 3 regressed, 64 usage, 70 internal")
  .version(fhirdrill.version, "-V, --version", "which one this is")
  .helpCommand("help [command]", "what a command does, and its options")
  .configureOutput({ writeOut: print, writeErr: tell })
  .showHelpAfterError("(--help shows what there is)")
  .exitOverride();

program
  .command("run", { isDefault: true })
  .description("run a drill: start everything, break it, judge what happened")
  .argument("[scenario]", "what to try; the first of the list if not given")
  .option("-c, --config <name>", "how the two regions are run; the first of the list if not given")
  .option("-n, --repeat <times>", "so many drills in a row", whole(1, 1000), 1)
  .option("-s, --seed <number>", "decides writes and fault times; drawn if not given", whole(0, SEED_LIMIT - 1))
  .addOption(rateOption())
  .addOption(new Option("--images <mode>", "where images come from").choices(IMAGE_MODES).default("auto"))
  .option("--json", "the verdict as JSON, one line a drill")
  .addHelpText("after", examples("run region-loss --config sync --repeat 5 --seed 41", "run random --seed 7"))
  .action(async (scenario: string | undefined, options: RunOptions) => {
    const { runCommand } = await import("./run.ts");
    exitCode = await runCommand(scenario, options);
  });

program
  .command("plan")
  .description("what a drill would do, step by step, without doing it")
  .argument("[scenario]", "the first of the list if not given")
  .option("-c, --config <name>", "the first of the list if not given")
  .option("-s, --seed <number>", "as the drill would be given", whole(0, SEED_LIMIT - 1))
  .addOption(rateOption())
  .addHelpText("after", examples("plan planned-failback --config sync"))
  .action(async (scenario: string | undefined, options: PlanOptions) => {
    const { planCommand } = await import("./plan.ts");
    await planCommand(scenario, options);
  });

planned(program.command("matrix"), 1)
  .description("run many drills, scenarios × configurations, in shuffled rounds")
  .option("--json", "how it ended, as JSON")
  .addHelpText(
    "after",
    examples("matrix --scenarios region-loss,silent-region --repeat 6", "matrix --resume 2026-11-24T23-02-01Z-0591"),
  )
  .action(async (options: MatrixOptions) => {
    const { matrixCommand } = await import("./matrix.ts");
    exitCode = await matrixCommand(options);
  });

planned(program.command("nightly"), 4)
  .description("a matrix, compared with the last good nights")
  .option("--fail-on <expr>", "as of compare; may be repeated", gathered)
  .addHelpText("after", examples("nightly --scenarios region-loss --configs async,sync"))
  .action(async (options: NightlyOptions) => {
    const { nightlyCommand } = await import("./nightly.ts");
    exitCode = await nightlyCommand(options);
  });

program
  .command("table")
  .description("stored runs side by side: words, lost writes, RTO, downtime")
  .argument("[run...]", "runs, or folders and patterns that hold many; all results if not given")
  .option("--markdown", "as a Markdown table")
  .option("--json", "as JSON")
  .addHelpText("after", examples("table", "table region-loss --markdown"))
  .action(async (runs: string[], options: TableOptions) => {
    const { tableCommand } = await import("./table.ts");
    exitCode = tableCommand(runs, options);
  });

program
  .command("compare")
  .description("sets of stored runs: what differs, and how sure that is")
  .argument("<set...>", "two or more; see below")
  .option("--fail-on <expr>", "end with 3 if the runs show it; may be repeated", gathered)
  .option("--markdown", "as Markdown")
  .option("--html <file>", "as a page, too", file)
  .option("--json", "as JSON")
  .addHelpText("after", COMPARE_HELP)
  .addHelpText("after", examples("compare config:async config:sync --fail-on 'rto>+20%'"))
  .action(async (sets: string[], options: CompareOptions) => {
    const { compareCommand } = await import("./compare.ts");
    exitCode = compareCommand(sets, options);
  });

program
  .command("trend")
  .description("stored runs over time: since when they measure what they do")
  .argument("[run...]", "runs, or folders and patterns that hold many; all results if not given")
  .option("--json", "as JSON")
  .option("--html <file>", "a page with pictures, as well", file)
  .addHelpText("after", examples("trend", "trend region-loss --html trend.html"))
  .action(async (runs: string[], options: TrendOptions) => {
    const { trendCommand } = await import("./trend.ts");
    exitCode = trendCommand(runs, options);
  });

program
  .command("export")
  .description("stored runs in the formats of others: CI, monitoring, spreadsheets")
  .addArgument(new Argument("<format>", "which").choices(FORMATS))
  .argument("[run...]", "runs, or folders and patterns that hold many; all results if not given")
  .option("-o, --output <file>", "into this file, not to stdout", file)
  .addHelpText("after", examples("export junit latest", "export csv --output runs.csv"))
  .action(async (format: Format, runs: string[], options: ExportOptions) => {
    const { exportCommand } = await import("./export.ts");
    exitCode = exportCommand(format, runs, options);
  });

program
  .command("list")
  .description("scenarios and configurations; or how answers are classified")
  .addArgument(new Argument("[what]", "which list").choices(LISTS).default("all"))
  .option("--json", "as JSON")
  .addHelpText("after", examples("list scenarios", "list outcomes"))
  .action(async (what: ListName, options: { json?: boolean }) => {
    const { listCommand } = await import("./list.ts");
    await listCommand(what, options.json ?? false);
  });

program
  .command("check")
  .description("judge stored runs again and say what changed")
  .argument("<run...>", "runs, or folders and patterns (results/**) that hold many; by path, id, or latest")
  .option("--json", "verdicts as JSON, one line a run")
  .addHelpText("after", examples("check latest", "check results"))
  .action(async (runs: string[], options: { json?: boolean }) => {
    const { checkCommand } = await import("./check.ts");
    exitCode = await checkCommand(runs, options.json ?? false);
  });

program
  .command("report")
  .description("draw stored runs: a page for each, report.html in its folder")
  .argument("<run...>", "runs, or folders and patterns that hold many; by path, id, or latest")
  .option("-o, --output <file>", "write the page there; for one run", file)
  .addHelpText("after", examples("report latest", "report results"))
  .action(async (runs: string[], options: ReportOptions) => {
    const { reportCommand } = await import("./report.ts");
    exitCode = reportCommand(runs, options);
  });

program
  .command("self-test")
  .description("plant defects in a drill: does the judge find them, and no others?")
  .option("-s, --seed <number>", "decides writes, fault times and what is planted", whole(0, SEED_LIMIT - 1))
  .addOption(rateOption())
  .addOption(new Option("--images <mode>", "where images come from").choices(IMAGE_MODES).default("auto"))
  .option("--json", "what was planted and found, as JSON")
  .addHelpText("after", examples("self-test --seed 7"))
  .action(async (options: SelfTestOptions) => {
    const { selfTestCommand } = await import("./self-test.ts");
    exitCode = await selfTestCommand(options);
  });

program
  .command("doctor")
  .description("can this machine drill?")
  .option("--json", "as JSON")
  .addHelpText("after", examples("doctor"))
  .action(async (options: { json?: boolean }) => {
    const { doctorCommand } = await import("./doctor.ts");
    exitCode = await doctorCommand(options.json ?? false);
  });

program
  .command("clean")
  .description("remove what killed drills left behind")
  .addHelpText("after", examples("clean"))
  .action(async () => {
    const { cleanCommand } = await import("./clean.ts");
    exitCode = await cleanCommand();
  });

// Only now: every command would take it over, and each has its own options to tell.
program.usage("[command] [options]").configureHelp({
  subcommandTerm: (command) => command.name(),
  // Without `help`, which whoever reads this has found, so that all of it fits a screen.
  visibleCommands: (command) => [...command.commands],
  visibleOptions: () => [],
});

let known: unknown;
try {
  await program.parseAsync();
} catch (error) {
  known = error;
  exitCode = exitCodeOf(error);
}
// What a command found is no answer for somebody who did not get it.
await delivered().catch((error) => {
  if (error !== known) exitCode = exitCodeOf(error);
});
// Connections that nobody waits for any more may keep the process alive.
process.exit(exitCode);

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof ReaderGone) return LIKE_A_BROKEN_PIPE;
  printFailure(error);
  return error instanceof DrillFailure ? error.exitCode : EXIT.internal;
}
