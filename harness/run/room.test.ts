import { expect, test } from "vitest";
import { longRun } from "../../scenarios/long-run.ts";
import { recordBytes } from "../model/plan/record-size.ts";
import { refuseWithoutRoom } from "./room.ts";

test("a drill whose record just fits is accepted, and one a byte larger is refused", () => {
  const bytes = recordBytes(longRun);
  expect(() => refuseWithoutRoom(longRun, bytes)).not.toThrow();
  expect(() => refuseWithoutRoom(longRun, bytes - 1)).toThrow("the record of long-run does not fit on the disk");
});
