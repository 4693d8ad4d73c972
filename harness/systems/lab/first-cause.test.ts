/** Real logs of misconfigured servers, cut to the relevant lines. */
import { expect, test } from "vitest";
import { firstCause } from "./first-cause.ts";

const SPRING = `2026-11-28T07:08:45.080Z ERROR 1 --- [           main] o.h.engine.jdbc.spi.SqlExceptionHelper   : The connection attempt failed.
2026-11-28T07:08:45.103Z  WARN 1 --- [           main] ConfigServletWebServerApplicationContext : Exception encountered during context initialization - cancelling refresh attempt: org.springframework.context.ApplicationContextException: Unable to start web server

Error starting ApplicationContext. To display the condition evaluation report re-run your application with 'debug' enabled.
2026-11-28T07:08:45.133Z ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed

org.springframework.context.ApplicationContextException: Unable to start web server
	at org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext.onRefresh(ServletWebServerApplicationContext.java:170)
Caused by: org.springframework.boot.web.server.WebServerException: Unable to start embedded Tomcat
	... 6 common frames omitted
Caused by: org.hibernate.exception.JDBCConnectionException: Unable to open JDBC Connection for DDL execution [The connection attempt failed.] [n/a]
	... 237 common frames omitted
Caused by: java.net.UnknownHostException: nobody.invalid
	at java.base/sun.nio.ch.NioSocketImpl.connect(NioSocketImpl.java:567)
	... 271 common frames omitted
`;
const HARMLESS = `2026-11-28T07:08:40.000Z  WARN 1 --- [           main] some.Library : could not look for updates
java.io.IOException: no way out
Caused by: java.net.ConnectException: Connection refused
`;

test.each([
  ["Java: the root of the exception that ended it", SPRING, "java.net.UnknownHostException: nobody.invalid"],
  ["Java: an earlier exception did not end it", HARMLESS + SPRING, "java.net.UnknownHostException: nobody.invalid"],
  [
    "Java: one that is no other's cause",
    SPRING.replaceAll(/^Caused by.*$/gm, ""),
    "org.springframework.context.ApplicationContextException: Unable to start web server",
  ],
  [
    "Java: what Spring Boot explains",
    "***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\nWeb server failed to start. Port 8080 was already in use.\n\nAction:\n",
    "Web server failed to start. Port 8080 was already in use.",
  ],
  [
    "the JVM itself",
    "OpenJDK warning: x\nError: Could not create the Java Virtual Machine.\nError: A fatal exception has occurred.\n",
    "Could not create the Java Virtual Machine.",
  ],
  [
    "PostgreSQL",
    '2026-11-28 07:08:46.238 GMT [1] FATAL:  invalid value for parameter "wal_level": "nonsense"\n2026-11-28 07:08:46.238 GMT [1] HINT:  Available values: minimal, replica, logical.\n',
    'invalid value for parameter "wal_level": "nonsense"',
  ],
  [
    "PostgreSQL: a refused client is no cause",
    "2026-11-28 07:08:46 GMT [9] FATAL:  the database system is starting up\n2026-11-28 07:08:47 GMT [1] PANIC:  could not locate a valid checkpoint record\n",
    "could not locate a valid checkpoint record",
  ],
  [
    "an entry point of ours",
    "/usr/local/bin/entrypoint.sh: 22: POSTGRES_PASSWORD: must be set for the first start\n",
    "/usr/local/bin/entrypoint.sh: 22: POSTGRES_PASSWORD: must be set for the first start",
  ],
  [
    "an entry point of others",
    "Error: in 18+, these Docker images are configured to store database data in a\n       format which is compatible with pg_ctlcluster\n",
    "in 18+, these Docker images are configured to store database data in a",
  ],
  [
    "nginx",
    '2026/11/28 07:09:01 [notice] 1#1: using the "epoll" event method\n2026/11/28 07:09:01 [emerg] 1#1: host not found in upstream "nobody.invalid:1" in /etc/nginx/nginx.conf:1\nnginx: [emerg] host not found in upstream\n',
    'host not found in upstream "nobody.invalid:1" in /etc/nginx/nginx.conf:1',
  ],
  [
    "k6",
    'time="2026-11-28T07:27:51Z" level=error msg="Error: no such thing\\n\\tat file:///bad.js:1:34(3)\\n" hint="script exception"\n',
    "Error: no such thing",
  ],
  [
    "k6",
    'time="2026-11-28T07:09:02Z" level=error msg="The moduleSpecifier \\"/nothing.js\\" couldn\'t be found on local disk."\n',
    'The moduleSpecifier \\"/nothing.js\\" couldn\'t be found on local disk.',
  ],
])("%s", (_, log, cause) => expect(firstCause(log)).toBe(cause));

test("no cause is found in a log without one", () => {
  expect(firstCause("")).toBeNull();
  expect(firstCause("2026-11-28 07:08:46 GMT [1] LOG:  database system is ready to accept connections\n")).toBeNull();
});
