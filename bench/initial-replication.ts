/**
 * How long the initial copy from A to B takes, by the amount of data: `npm run bench:replication`. A is filled step by
 * step through its FHIR server; at each step B is emptied and copied to several times. There are no writes meanwhile,
 * and B's FHIR server does not run. A line is fitted to all copies and extrapolated to a million resources.
 */

import { seedResources } from "../harness/load/seed.ts";
import {
  copiedTo,
  publish,
  SUBSCRIPTIONS,
  startFollowing,
  subscribe,
} from "../harness/replication/logical/subscription.ts";
import { imageNames, preparePrerequisites } from "../harness/run/set-up.ts";
import { leastSquares, type Point, type Range } from "../harness/stats/line.ts";
import { startTopology } from "../harness/systems/lab/topology.ts";

const SIZES = [500, 1000, 2000, 4000, 8000, 16_000];
const COPIES = 3;
const FAR = 1_000_000;
const SEED = 1;

const say = (line: string) => process.stderr.write(`${line}\n`);
const write = (line: string) => process.stdout.write(`${line}\n`);
const prerequisites = await preparePrerequisites("auto", { say, step: () => {}, event: () => {}, live: () => {} });
const topology = await startTopology(prerequisites.engine, {
  run: `bench-${process.pid}`,
  images: imageNames(prerequisites.images),
  golden: prerequisites.golden,
  config: { replication: "async", proxy: "latched", fencing: true },
  replicated: false,
  onStep: () => {},
});
const { a, b } = topology.postgres;
try {
  await publish(a, topology.password, { fencing: true });
  write(`| resources | rows | MB on B | seconds of each copy | rows/s |\n|--:|--:|--:|--:|--:|`);
  const points: Point[] = [];
  for (const [i, size] of SIZES.entries()) {
    await seedResources(topology.hapi.a, SEED, SIZES[i - 1] ?? 0, size);
    const copies = [];
    for (let round = 0; round < COPIES; round += 1) copies.push(await copy());
    points.push(...copies.map(({ seconds }) => ({ x: size, y: seconds })));
    const { rows, bytes } = copies[0] as Copy;
    const middle = copies.map(({ seconds }) => seconds).toSorted((x, y) => x - y)[COPIES >> 1] as number;
    const each = copies.map(({ seconds }) => seconds.toFixed(2)).join(" ");
    write(`| ${whole(size)} | ${whole(rows)} | ${(bytes / 1e6).toFixed(1)} | ${each} | ${whole(rows / middle)} |`);
  }
  tell(points);
} finally {
  await topology.release();
}
process.exit(0);

interface Copy {
  seconds: number;
  rows: number;
  bytes: number;
}

async function copy(): Promise<Copy> {
  const beganMs = performance.now();
  await subscribe(b, { address: topology.links.addressWithin("replication"), password: topology.password }, "copy");
  await startFollowing(b);
  const seconds = (performance.now() - beganMs) / 1000;
  const { rows, bytes } = await copiedTo(b);
  const tables = await b.query<{ name: string }>("select srrelid::regclass::text as name from pg_subscription_rel");
  await b.query(`drop subscription ${SUBSCRIPTIONS.b}`);
  await b.query(`truncate ${tables.map(({ name }) => name).join(", ")} cascade`);
  return { seconds, rows, bytes };
}

function tell(points: readonly Point[]): void {
  const line = leastSquares(points);
  if (line === null) throw new Error("these points determine no line");
  const { slope, slopeRange, intercept, residualDeviation, degreesOfFreedom, predict } = line;
  const range = ({ low, high }: Range, digits: number, unit = 1) =>
    `${(low * unit).toFixed(digits)} to ${(high * unit).toFixed(digits)}`;
  const last = SIZES.at(-1) as number;
  const far = predict(FAR);
  write("");
  write(`slope ${(slope * 1000).toFixed(3)} s for a thousand resources (95 %: ${range(slopeRange, 3, 1000)})`);
  write(
    `intercept ${intercept.toFixed(2)} s, scatter ${residualDeviation.toFixed(2)} s, ${degreesOfFreedom} degrees of freedom`,
  );
  write(
    `extrapolated, ${FAR / last} times beyond the last measurement: ${whole(FAR)} resources in ${far.y.toFixed(0)} s`,
  );
  write(`(95 % for one more copy: ${range(far, 0)}), if it went on as a line, which nobody measured`);
  if (slopeRange.low <= 0)
    write("the slope cannot be told from 0: these sizes are too small, or the machine too restless, to extrapolate");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
