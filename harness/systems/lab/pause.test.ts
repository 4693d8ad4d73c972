import { expect, test } from "vitest";
import { pause } from "./pause.ts";

const BUSY =
  "(HTTP code 500) server error - Cannot pause container 5: OCI runtime pause failed: unable to freeze: unknown";

function failing(times: number, why = BUSY) {
  let asked = 0;
  const handle = {
    pause: async () => {
      asked += 1;
      if (asked <= times) throw new Error(why);
    },
  };
  return { handle, asked: () => asked };
}

test("a freeze that fails at that moment is retried, but not forever", async () => {
  const busy = failing(4);
  await pause(busy.handle);
  expect(busy.asked()).toBe(5);
  const never = failing(9);
  await expect(pause(never.handle)).rejects.toThrow("unable to freeze");
  expect(never.asked()).toBe(5);
});

test("another failure is not retried", async () => {
  const gone = failing(9, "no such container");
  await expect(pause(gone.handle)).rejects.toThrow("no such container");
  expect(gone.asked()).toBe(1);
});
