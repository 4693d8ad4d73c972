/**
 * Builds the images of the tests' node before the first test, which would otherwise time out waiting for its node.
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
