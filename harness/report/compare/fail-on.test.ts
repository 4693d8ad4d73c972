import { expect, test } from "vitest";
import { DrillFailure, EXIT } from "../../model/program/failure.ts";
import { parseExpression } from "./fail-on.ts";

test.each([
  ["lost>+0", { figure: "lost", by: 0, relative: false }],
  ["lost>+12", { figure: "lost", by: 12, relative: false }],
  ["lost>+50%", { figure: "lost", by: 0.5, relative: true }],
  ["rto>+20%", { figure: "rto", by: 0.2, relative: true }],
  ["rto>+0", { figure: "rto", by: 0, relative: false }],
  ["downtime>+2.5s", { figure: "downtime", by: 2.5, relative: false }],
  ["redundancy>+60s", { figure: "redundancy", by: 60, relative: false }],
  ["availability<-0.1pt", { figure: "availability", by: 0.001, relative: false }],
  ["broken", { rate: "broken" }],
  ["losing", { rate: "losing" }],
  ["inconclusive", { rate: "inconclusive" }],
])("%s", (text, meaning) => {
  expect(parseExpression(text)).toEqual({ text, ...meaning });
});

test.each([
  ["", 1, "found the end"],
  ["rtt>+2s", 1, 'unknown figure "rtt"'],
  ["rto", 4, '">+" must follow "rto", found the end'],
  ["rto>20%", 4, ', found ">20%"'],
  ["rto<-2s", 4, '">+" must follow "rto"'],
  ["availability>+1pt", 13, '"<-" must follow "availability"'],
  ["rto>+", 6, "a number must follow"],
  ["rto>+fast", 6, ', found "fast"'],
  ["rto>+2", 7, '"s" or "%" must follow "2", found the end'],
  ["rto>+2ms", 7, ', found "ms"'],
  ["rto>+-2s", 6, "a number must follow"],
  ["lost>+2s", 8, 'the end or "%" must follow "2"'],
  ["availability<-1%", 16, '"pt" must follow "1"'],
  ["broken>+1", 7, 'nothing may follow "broken"'],
])("%j is refused, naming the place", (text, place, why) => {
  try {
    parseExpression(text);
    expect.unreachable();
  } catch (error) {
    const failure = error as DrillFailure;
    expect(failure).toBeInstanceOf(DrillFailure);
    expect(failure.exitCode).toBe(EXIT.usage);
    expect(failure.text.why).toMatch(new RegExp(`^at character ${place}: `));
    expect(failure.text.why).toContain(why);
  }
});
