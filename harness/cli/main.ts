/** argv → a call; what was thrown → an exit code. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { DrillFailure, EXIT, Interrupted } from "../model/failure.ts";
import { SEED_LIMIT } from "../model/write.ts";
import { IMAGE_MODES } from "../topology/images.ts";
import { checkCommand } from "./check.ts";
import { cleanCommand } from "./clean.ts";
import { doctorCommand } from "./doctor.ts";
import { LISTS, type ListName, listCommand } from "./list.ts";
import { type MatrixOptions, matrixCommand } from "./matrix.ts";
import { printFailure } from "./output.ts";
import { type ReportOptions, reportCommand } from "./report.ts";
import { type RunOptions, runCommand } from "./run.ts";
import { type SelfTestOptions, selfTestCommand } from "./self-test.ts";
import { type TableOptions, tableCommand } from "./table.ts";

const whole = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
};

const names = (text: string) => text.split(",").map((name) => name.trim());

let exitCode = 0;
const program = new Command("fhirdrill")
  .description("Disaster-recovery fire drills for FHIR servers.")
  .addHelpText("after", "\nExit codes: 0 holds, 1 broken, 2 inconclusive, 64 usage, 70 internal, 130 interrupted.")
  .showHelpAfterError("(--help shows what there is)")
  .exitOverride();

program
  .command("run", { isDefault: true })
  .description("run a drill: start everything, break it, judge what happened")
  .argument("[scenario]", "what to try; the first of the list if not given")
  .option("-c, --config <name>", "how the two regions are run; the first of the list if not given")
  .option("-n, --repeat <times>", "so many drills in a row", whole(1, 1000), 1)
  .option("-s, --seed <number>", "decides writes and fault times; drawn if not given", whole(0, SEED_LIMIT - 1))
  .addOption(new Option("--images <mode>", "where images come from").choices(IMAGE_MODES).default("auto"))
  .option("--json", "the verdict as JSON, one line a drill")
  .action(async (scenario: string | undefined, options: RunOptions) => {
    exitCode = await runCommand(scenario, options);
  });

program
  .command("matrix")
  .description("run many drills: scenarios × configurations × repeats, in shuffled rounds")
  .option("--scenarios <names>", "some of them, separated by commas; all if not given", names)
  .option("--configs <names>", "likewise", names)
  .option("-n, --repeat <times>", "so many drills of each cell", whole(1, 1000), 1)
  .option(
    "-s, --seed <number>",
    "decides writes, fault times and the order; drawn if not given",
    whole(0, SEED_LIMIT - 1),
  )
  .addOption(
    new Option("--resume <matrix>", "go on with one that was stopped, by its folder or id").conflicts([
      "scenarios",
      "configs",
      "repeat",
      "seed",
    ]),
  )
  .option("--json", "how it ended, as JSON")
  .action(async (options: MatrixOptions) => {
    exitCode = await matrixCommand(options);
  });

program
  .command("table")
  .description("stored runs side by side: words, lost writes, RTO, downtime")
  .argument("[run...]", "runs, or folders and patterns that hold many; all results if not given")
  .option("--markdown", "as a Markdown table")
  .option("--json", "as JSON")
  .action((runs: string[], options: TableOptions) => {
    exitCode = tableCommand(runs, options);
  });

program
  .command("list")
  .description("scenarios and configurations; or how answers are classified")
  .addArgument(new Argument("[what]", "which list").choices(LISTS).default("all"))
  .option("--json", "as JSON")
  .action(async (what: ListName, options: { json?: boolean }) => {
    await listCommand(what, options.json ?? false);
  });

program
  .command("check")
  .description("judge stored runs again and say what changed")
  .argument("<run...>", "runs, or folders and patterns (results/**) that hold many; by path, id, or latest")
  .option("--json", "verdicts as JSON, one line a run")
  .action(async (runs: string[], options: { json?: boolean }) => {
    exitCode = await checkCommand(runs, options.json ?? false);
  });

program
  .command("report")
  .description("draw stored runs: a page for each, report.html in its folder")
  .argument("<run...>", "runs, or folders and patterns that hold many; by path, id, or latest")
  .option("-o, --output <file>", "write the page there; for one run")
  .action((runs: string[], options: ReportOptions) => {
    exitCode = reportCommand(runs, options);
  });

program
  .command("self-test")
  .description("plant losses, changes, copies and an outage in a drill: does the judge find them?")
  .option("-s, --seed <number>", "decides writes, fault times and what is planted", whole(0, SEED_LIMIT - 1))
  .addOption(new Option("--images <mode>", "where images come from").choices(IMAGE_MODES).default("auto"))
  .option("--json", "what was planted and found, as JSON")
  .action(async (options: SelfTestOptions) => {
    exitCode = await selfTestCommand(options);
  });

program
  .command("doctor")
  .description("can this machine drill?")
  .option("--json", "as JSON")
  .action(async (options: { json?: boolean }) => {
    exitCode = await doctorCommand(options.json ?? false);
  });

program
  .command("clean")
  .description("remove what killed drills left behind")
  .action(async () => {
    exitCode = await cleanCommand();
  });

try {
  await program.parseAsync();
} catch (error) {
  exitCode = exitCodeOf(error);
}
// Connections that nobody waits for any more may keep the process alive.
process.exit(exitCode);

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  printFailure(error);
  return error instanceof DrillFailure ? error.exitCode : EXIT.internal;
}
