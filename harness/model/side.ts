/** The two regions: A is where writes go at first, B follows A. */
export const SIDES = ["a", "b"] as const;
export type Side = (typeof SIDES)[number];

/** The arrows of the topology; each is a proxy that can be slowed, cut or refused. */
export const LINKS = ["edge", "hapi-a", "hapi-b", "pg-a", "pg-b", "replication"] as const;
export type Link = (typeof LINKS)[number];
