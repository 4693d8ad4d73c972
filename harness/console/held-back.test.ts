import { expect, test } from "vitest";
import type { LiveState } from "../model/console/view.ts";
import { heldBack } from "./held-back.ts";

function held() {
  const seen: string[] = [];
  const until = Promise.withResolvers<void>();
  const open = () => {
    seen.push("open");
    return {
      say: (line: string) => void seen.push(line),
      step: (name: string) => void seen.push(`step ${name}`),
      event: ({ type }: { type: string }) => void seen.push(`event ${type}`),
      live: ({ phase }: LiveState) => void seen.push(`live ${phase}`),
      close: () => void seen.push("close"),
    };
  };
  return { seen, until, view: heldBack(open, until.promise) };
}

test("earlier output is shown once the view opens, in order, and later output at once", async () => {
  const { seen, until, view } = held();
  view.say("drill 2 of 3");
  view.step("engine");
  view.event({ type: "phase", phase: "warm-up", atMs: 1 });
  expect(seen).toEqual([]);
  until.resolve();
  await until.promise;
  expect(seen).toEqual(["open", "drill 2 of 3", "step engine", "event phase"]);
  view.live({ phase: "after" } as LiveState);
  view.close();
  expect(seen.slice(4)).toEqual(["live after", "close"]);
});

test("a view closed before it opens still shows its output, and is closed", async () => {
  const { seen, until, view } = held();
  view.say("no engine");
  view.close();
  expect(seen).toEqual([]);
  until.resolve();
  await until.promise;
  expect(seen).toEqual(["open", "no engine", "close"]);
});
