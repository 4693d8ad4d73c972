/** The two regions: A is where writes go at first, B follows A. */
export const SIDES = ["a", "b"] as const;
export type Side = (typeof SIDES)[number];
export const FIRST_PRIMARY: Side = "a";

export function otherSide(side: Side): Side {
  return side === "a" ? "b" : "a";
}

/** What a region is made of, and the proxy in front of both: each is a container that can be killed or frozen. */
export const PARTS = ["hapi-a", "hapi-b", "pg-a", "pg-b", "nginx"] as const;
export type Part = (typeof PARTS)[number];

/**
 * The arrows of the system; each is a proxy that can be slowed, cut or refused. `replication` is the way by which B
 * follows A, `replication-back` that by which A follows B.
 */
export const LINKS = ["edge", "hapi-a", "hapi-b", "pg-a", "pg-b", "replication", "replication-back"] as const;
export type Link = (typeof LINKS)[number];
