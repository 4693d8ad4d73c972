import { expect, test } from "vitest";
import type { FaultOf } from "../model/plan/fault.ts";
import { rulesOf } from "./packet-drop.ts";

const DIRECTIONS: FaultOf<"packet-drop">["direction"][] = ["both", "request", "answer"];

test("requests come in at the link's port, answers go out from it", () => {
  const request = "INPUT -p tcp -m tcp --dport 5441 -j DROP";
  const answer = "OUTPUT -p tcp -m tcp --sport 5441 -j DROP";
  const rules = DIRECTIONS.map((direction) => rulesOf(5441, direction));
  expect(rules).toEqual([[request, answer], [request], [answer]]);
});
