/**
 * The command line: maps argv to a call, and errors to exit codes. A command is loaded when it is called, because most need no
 * container engine, whose client is the slowest to load.
 */
import "./environment.ts";
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import fhirdrill from "../../package.json" with { type: "json" };
import { SEED_LIMIT } from "../model/load/write.ts";
import { IMAGE_MODES } from "../model/plan/settings.ts";
import { COMMAND } from "../model/program/built.ts";
import { DrillFailure, EXIT, Interrupted, usageFailure } from "../model/program/failure.ts";
import { FORMATS, type Format, LISTS, type ListName } from "./choices.ts";
import type { CleanOptions } from "./clean.ts";
import type { CompareOptions } from "./compare.ts";
import { COMPARE_HELP } from "./compare-help.ts";
import type { ExportOptions } from "./export.ts";
import { keptByNpm } from "./kept-by-npm.ts";
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
  throw new InvalidArgumentError("It must be a file name.");
};

/** The text below a command's options. */
const examples = (...lines: string[]) => ["\nExamples:", ...lines].join(`\n  ${COMMAND} `);

const names = (text: string) => text.split(",").map((name) => name.trim());

const gathered = (text: string, all: string[] = []) => [...all, text];

const systemOption = () =>
  new Option("--system <name>", "drill your own system, by its name in the settings").conflicts("config");
const irreversibleOption = () => new Option("--irreversible", "allow hooks that do not end by themselves");

/** The options of the commands that run many drills. */
const planned = (command: Command, repeat: number) =>
  command
    .option("--scenarios <names>", "scenarios, separated by commas (default: all)", names)
    .option("--configs <names>", "configurations, separated by commas (default: all)", names)
    .option("-n, --repeat <times>", "drills of each scenario × configuration", whole(1, 1000), repeat)
    .option(
      "-s, --seed <number>",
      "decides writes, fault times and the order (default: random)",
      whole(0, SEED_LIMIT - 1),
    )
    .addOption(rateOption())
    .addOption(
      new Option("--resume <matrix>", "continue a stopped matrix, by its folder or id").conflicts([
        "scenarios",
        "configs",
        "repeat",
        "seed",
        "rate",
      ]),
    );

/** The exit code that shells report for a program killed by SIGPIPE, the usual end when the reader is gone. */
const LIKE_A_BROKEN_PIPE = 141;

let exitCode = 0;
const program = new Command("fhirdrill")
  .description("Disaster-recovery drills for FHIR servers.")
  .addHelpText("after", examples("run region-loss --config sync"))
  .addHelpText("after", "Exit: 0 holds, 1 broken, 2 inconclusive, 3 regressed, 64 usage, 70 internal")
  .version(fhirdrill.version, "-V, --version", "show the version")
  .helpCommand("help [command]", "show what a command does, and its options")
  .configureOutput({ writeOut: print, writeErr: tell })
  .showHelpAfterError("(--help lists commands and options)")
  .exitOverride();

program
  .command("run", { isDefault: true })
  .description("run a drill: start two sites, break something, judge what happened")
  .argument("[scenario]", "scenario to run (default: region-loss)")
  .option("-c, --config <name>", "configuration of the two sites (default: async)")
  .addOption(systemOption())
  .option("--plan <hash>", "the hash printed by `plan --system`, once you have read the plan")
  .addOption(irreversibleOption())
  .option("-n, --repeat <times>", "drills in a row", whole(1, 1000), 1)
  .option("-s, --seed <number>", "decides writes and fault times (default: random)", whole(0, SEED_LIMIT - 1))
  .addOption(rateOption())
  .addOption(new Option("--images <mode>", "where images come from").choices(IMAGE_MODES).default("auto"))
  .option("--json", "print the verdict as JSON, one line per drill")
  .addHelpText("after", examples("run region-loss --config sync --repeat 5 --seed 41", "run random --seed 7"))
  .action(async (scenario: string | undefined, options: RunOptions) => {
    const { runCommand } = await import("./run.ts");
    exitCode = await runCommand(scenario, options);
  });

program
  .command("plan")
  .description("show what a drill would do, step by step, without doing it")
  .argument("[scenario]", "scenario to show (default: region-loss)")
  .option("-c, --config <name>", "configuration of the two sites (default: async)")
  .addOption(systemOption())
  .addOption(irreversibleOption())
  .option("-s, --seed <number>", "seed of the drill (default: random)", whole(0, SEED_LIMIT - 1))
  .addOption(rateOption())
  .addHelpText("after", examples("plan planned-failback --config sync", "plan database-a-loss --system staging"))
  .action(async (scenario: string | undefined, options: PlanOptions) => {
    const { planCommand } = await import("./plan.ts");
    await planCommand(scenario, options);
  });

planned(program.command("matrix"), 1)
  .description("run many drills: scenarios × configurations, in shuffled rounds")
  .option("--json", "print the outcome as JSON")
  .addHelpText(
    "after",
    examples("matrix --scenarios region-loss,silent-region --repeat 6", "matrix --resume 2026-11-24T23-02-01Z-0591"),
  )
  .action(async (options: MatrixOptions) => {
    const { matrixCommand } = await import("./matrix.ts");
    exitCode = await matrixCommand(options);
  });

planned(program.command("nightly"), 4)
  .description("run a matrix and compare it with the last good nights")
  .option("--fail-on <expr>", "as for compare; may be repeated", gathered)
  .addHelpText("after", examples("nightly --scenarios region-loss --configs async,sync"))
  .action(async (options: NightlyOptions) => {
    const { nightlyCommand } = await import("./nightly.ts");
    exitCode = await nightlyCommand(options);
  });

program
  .command("table")
  .description("show stored runs side by side: verdict, lost writes, RTO, downtime")
  .argument("[run...]", "runs, or folders and patterns (default: all results)")
  .option("--markdown", "as a Markdown table")
  .option("--json", "as JSON")
  .addHelpText("after", examples("table", "table region-loss --markdown"))
  .action(async (runs: string[], options: TableOptions) => {
    const { tableCommand } = await import("./table.ts");
    exitCode = tableCommand(runs, options);
  });

program
  .command("compare")
  .description("compare sets of stored runs: what differs, and how sure that is")
  .argument("<set...>", "two or more sets; see below")
  .option("--fail-on <expr>", "exit with 3 if the runs show this; may be repeated", gathered)
  .option("--markdown", "as Markdown")
  .option("--html <file>", "also write an HTML page", file)
  .option("--json", "as JSON")
  .addHelpText("after", COMPARE_HELP)
  .addHelpText("after", examples("compare config:async config:sync --fail-on 'rto>+20%'"))
  .action(async (sets: string[], options: CompareOptions) => {
    const { compareCommand } = await import("./compare.ts");
    exitCode = compareCommand(sets, options);
  });

program
  .command("trend")
  .description("show stored runs over time, and when their figures changed")
  .argument("[run...]", "runs, or folders and patterns (default: all results)")
  .option("--json", "as JSON")
  .option("--html <file>", "also write an HTML page with charts", file)
  .addHelpText("after", examples("trend", "trend region-loss --html trend.html"))
  .action(async (runs: string[], options: TrendOptions) => {
    const { trendCommand } = await import("./trend.ts");
    exitCode = trendCommand(runs, options);
  });

program
  .command("export")
  .description("export stored runs for CI, monitoring or spreadsheets")
  .addArgument(new Argument("<format>", "format to write").choices(FORMATS))
  .argument("[run...]", "runs, or folders and patterns (default: all results)")
  .option("-o, --output <file>", "write to this file instead of stdout", file)
  .addHelpText("after", examples("export junit latest", "export csv --output runs.csv"))
  .action(async (format: Format, runs: string[], options: ExportOptions) => {
    const { exportCommand } = await import("./export.ts");
    exitCode = exportCommand(format, runs, options);
  });

program
  .command("list")
  .description("list scenarios and configurations, or how answers are classified")
  .addArgument(new Argument("[what]", "which list").choices(LISTS).default("all"))
  .option("--json", "as JSON")
  .addHelpText("after", examples("list scenarios", "list outcomes"))
  .action(async (what: ListName, options: { json?: boolean }) => {
    const { listCommand } = await import("./list.ts");
    await listCommand(what, options.json ?? false);
  });

program
  .command("check")
  .description("judge stored runs again and show what changed")
  .argument("<run...>", "runs by path, id or latest, or folders and patterns (results/**)")
  .option("--json", "print verdicts as JSON, one line per run")
  .addHelpText("after", examples("check latest", "check results"))
  .action(async (runs: string[], options: { json?: boolean }) => {
    const { checkCommand } = await import("./check.ts");
    exitCode = await checkCommand(runs, options.json ?? false);
  });

program
  .command("report")
  .description("write the page of each stored run, or one page of all with --index")
  .argument("[run...]", "runs by path, id or latest, or folders and patterns")
  .option("--index", "write one page of all runs: index.html in the results")
  .option("-o, --output <file>", "write the page to this file (one run, or --index)", file)
  .addHelpText("after", examples("report latest", "report results", "report --index"))
  .action(async (runs: string[], { index, ...options }: ReportOptions & { index?: boolean }) => {
    exitCode = index
      ? (await import("./report-index.ts")).indexCommand(runs, options)
      : (await import("./report.ts")).reportCommand(runs, options);
  });

program
  .command("self-test")
  .description("seed defects in a drill: does the judge find them, and no others?")
  .option("-s, --seed <number>", "decides writes, fault times and defects (default: random)", whole(0, SEED_LIMIT - 1))
  .addOption(rateOption())
  .addOption(new Option("--images <mode>", "where images come from").choices(IMAGE_MODES).default("auto"))
  .option("--json", "print what was seeded and found as JSON")
  .addHelpText("after", examples("self-test --seed 7"))
  .action(async (options: SelfTestOptions) => {
    const { selfTestCommand } = await import("./self-test.ts");
    exitCode = await selfTestCommand(options);
  });

program
  .command("doctor")
  .description("check whether this machine can run drills")
  .option("--json", "as JSON")
  .addHelpText("after", examples("doctor"))
  .action(async (options: { json?: boolean }) => {
    const { doctorCommand } = await import("./doctor.ts");
    exitCode = await doctorCommand(options.json ?? false);
  });

program
  .command("heal")
  .description("undo what a drill on your own system left broken, by its journal")
  .argument("[run]", "run by path, id or latest (default: every run with something left to undo)")
  .addHelpText("after", examples("heal", "heal 2026-11-24T21-00-00Z-0591"))
  .action(async (run: string | undefined) => {
    const { healCommand } = await import("./heal.ts");
    exitCode = await healCommand(run);
  });

program
  .command("clean")
  .description("remove what killed drills left behind")
  .addOption(new Option("--system <name>", "delete what drills wrote into your own system instead, by its tag"))
  .option("-s, --seed <number>", "with --system: only of the drill with this seed", whole(0, SEED_LIMIT - 1))
  .addHelpText("after", examples("clean", "clean --system staging"))
  .action(async (options: CleanOptions) => {
    const { cleanCommand } = await import("./clean.ts");
    exitCode = await cleanCommand(options);
  });

// Set after the commands are defined: otherwise each would inherit it and show no options.
program.usage("[command] [options]").configureHelp({
  subcommandTerm: (command) => command.name(),
  // Omits `help`, which the reader has found already, so that the text fits on one screen.
  visibleCommands: (command) => [...command.commands],
  visibleOptions: () => [],
});

let known: unknown;
try {
  const options = program.commands.flatMap((command) => command.options.map((option) => option.name()));
  const [kept] = keptByNpm(options, process.env);
  if (kept !== undefined)
    throw usageFailure(
      `npm kept --${kept} for itself`,
      "npm takes all options before --",
      `write -- before the options: ${COMMAND} …`,
    );
  await program.parseAsync();
} catch (error) {
  known = error;
  exitCode = exitCodeOf(error);
}
// An undelivered result is an error, whatever the command found.
await delivered().catch((error) => {
  if (error !== known) exitCode = exitCodeOf(error);
});
// Idle connections may keep the process alive.
process.exit(exitCode);

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof ReaderGone) return LIKE_A_BROKEN_PIPE;
  printFailure(error);
  return error instanceof DrillFailure ? error.exitCode : EXIT.internal;
}
