import { expect, test } from "vitest";
import { isGiven, startSignal } from "../model/load/start-signal.ts";
import { tagOf } from "../model/load/tag.ts";
import { sendTagged } from "../system/send-write.ts";
import { MemoryFhir } from "../system/testing/memory-fhir.ts";
import { giveSignal } from "./get-steady.ts";

const SEED = 42;

test.each([true, false])(
  "the signal is there where the load looks for it, once it is given: ids of clients %s",
  async (updateCreate) => {
    const fhir = new MemoryFhir({ ownIds: !updateCreate });
    const { look } = startSignal(SEED, { updateCreate });
    const isSeen = async () => {
      const answer = await fhir.ask(look);
      return isGiven(SEED, look, { status: answer.status, body: await answer.text() });
    };
    // Another run's signal does not count.
    await giveSignal(sendTagged(fhir.ask, [tagOf(SEED + 1)], 1000), SEED + 1, { updateCreate });
    expect(await isSeen()).toBe(false);
    await giveSignal(sendTagged(fhir.ask, [tagOf(SEED)], 1000), SEED, { updateCreate });
    expect(await isSeen()).toBe(true);
    expect([...fhir.stored.values()].at(-1)?.[0]?.meta?.tag).toEqual([tagOf(SEED)]);
  },
);

test("the signal is repeated until it is acknowledged", async () => {
  const fhir = new MemoryFhir();
  fhir.intercept = () => (fhir.asked.length < 3 ? new Response(null, { status: 503 }) : null);
  await giveSignal(sendTagged(fhir.ask, [tagOf(SEED)], 1000), SEED, { updateCreate: true });
  expect(fhir.asked).toEqual(Array(3).fill("PUT Basic/start-16"));
});
