/**
 * Builds what the tests start on a node of theirs, before the first of them, which would otherwise be over before it has its node.
 */
import { requireEngine } from "../../harness/systems/lab/engine-start.ts";
import { imageOfOperator, imagesOfDrills, imagesOfExample, testImage } from "./images.ts";

const say = (line: string) => console.log(line);

export default async function setup(): Promise<void> {
  if (process.env.FHIRDRILL_TEST_CONTEXT !== undefined) return;
  const engine = await requireEngine(say);
  await testImage(engine, "kubernetes", say);
  await imagesOfDrills(engine, say);
  await imageOfOperator(engine, say);
  await imagesOfExample(engine, say);
}
