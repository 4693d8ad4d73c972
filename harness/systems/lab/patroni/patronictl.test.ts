/** What patronictl prints, by the source of 4.0.7, and what is read from it; no container is started. */
import { expect, test } from "vitest";
import { switchoverBy } from "./patronictl.ts";

const TOPOLOGY = `Current cluster topology
+ Cluster: fhirdrill (7577641206843314210) ------+----+-----------+
| Member | Host           | Role    | State     | TL | Lag in MB |
+--------+----------------+---------+-----------+----+-----------+
| pg-a   | toxiproxy:5441 | Replica | streaming |  2 |         0 |
| pg-b   | toxiproxy:5442 | Leader  | running   |  2 |           |
+--------+----------------+---------+-----------+----+-----------+
`;

function printing(output: string, exitCode = 0) {
  const asked: string[][] = [];
  const exec = async (command: string | string[]) => {
    asked.push([command].flat());
    return { output, stdout: output, stderr: "", exitCode };
  };
  return { asked, switchover: () => switchoverBy({ exec }, "pg-b", "pg-a") };
}

test("a switchover is ordered by the names of both, and Patroni's own word for it is returned", async () => {
  const done = '2026-11-28 15:02:11.12345 Successfully switched over to "pg-a"\n';
  const { asked, switchover } = printing(TOPOLOGY + done + TOPOLOGY.replace("Current cluster topology\n", ""));
  expect(await switchover()).toBe('Successfully switched over to "pg-a"');
  expect(asked.map((command) => command.join(" "))).toEqual([
    "timeout --kill-after=5 60 " +
      "patronictl -c /etc/patroni/patroni.yml switchover --force --leader pg-b --candidate pg-a",
  ]);
});

test("one that Patroni refuses ends with exit code 0 all the same", async () => {
  const { switchover } = printing(`${TOPOLOGY}Switchover failed, details: 412, no good candidates have been found\n`);
  await expect(switchover()).rejects.toThrow(
    /^Patroni refuses the switchover with status 412: no good candidates have been found$/,
  );
});

test("an order that waits in the store of the lock is no refusal: whether it is carried out will be seen", async () => {
  const { switchover } = printing(
    `${TOPOLOGY}2026-11-28 15:02:11.12345 Could not switchover using Patroni api, falling back to DCS\n`,
  );
  expect(await switchover()).toBe("Could not switchover using Patroni api, falling back to DCS");
});

test.each([
  [
    "what patronictl itself refuses",
    `${TOPOLOGY}Error: Member pg-b is not the leader of cluster fhirdrill\n`,
    1,
    "exit code 1: Member pg-b is not the leader of cluster fhirdrill",
  ],
  [
    "an image without it",
    "timeout: failed to run command 'patronictl': No such file or directory\n",
    127,
    "exit code 127",
  ],
  ["silence", "", 0, "exit code 0: "],
  ["one that does not end", TOPOLOGY, 124, "did not end within 60 s"],
  ["one that has to be killed", TOPOLOGY, 137, "did not end within 60 s"],
])("%s is an error", async (_, output, exitCode, error) => {
  await expect(printing(output, exitCode).switchover()).rejects.toThrow(error);
});
