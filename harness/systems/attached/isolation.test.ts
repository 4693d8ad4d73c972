import { expect, test } from "vitest";
import { droppedIn } from "./isolation.ts";

const THEIRS = "[9:900] -A INPUT -s 10.0.0.1/32 -j DROP\n[7:70] -A FHIRDRILL-2 -j DROP\n";

test("dropped packets are counted over IPv4 and IPv6; those dropped by other rules are not ours", () => {
  expect(droppedIn(`*filter\n:INPUT ACCEPT [0:0]\n${THEIRS}COMMIT\n`)).toBeNull();
  const ours = `${THEIRS}[0:0] -A FHIRDRILL -j DROP\n`;
  expect(droppedIn(ours)).toBe(0);
  expect(droppedIn(`${ours}COMMIT\r\n[12:720] -A FHIRDRILL -j DROP\r\nCOMMIT\r\n`)).toBe(12);
});
