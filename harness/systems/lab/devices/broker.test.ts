import { expect, test } from "vitest";
import { brokerSettings } from "./broker.ts";

test("a broker with defaults only gets a listener that everybody may use", () => {
  expect(brokerSettings("defaults")).toBe("listener 1883\nallow_anonymous true\n");
});

test("a broker that saves each change keeps all messages, limited by bytes", () => {
  const lines = brokerSettings("each-change").trimEnd().split("\n");
  expect(lines.slice(0, 2)).toEqual(["listener 1883", "allow_anonymous true"]);
  expect(lines.slice(2)).toEqual([
    ...["persistence true", "persistence_location /mosquitto/data/"],
    ...["autosave_on_changes true", "autosave_interval 1", "max_queued_messages 0", "max_queued_bytes 67108864"],
  ]);
});
