/** A row that the harness stamps on the primary and reads on its follower: shows the true lag even over a silent link. */
export const HEARTBEAT_TABLE = `
  create schema if not exists fhirdrill;
  create table fhirdrill.heartbeat (id integer primary key, at_ms double precision not null);`;
export const FIRST_HEARTBEAT = "insert into fhirdrill.heartbeat values (1, 0)";
