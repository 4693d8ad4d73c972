/**
 * Creates the registers that the load's updates share, before its first write and through the clients' address.
 * Retries, because a server that just booted may refuse the first requests.
 */

import { FIRST_VERSION, firstVersionOf, REGISTERS } from "../model/load/write.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import type { WriteAnswer } from "../system/send-write.ts";
import { severalAtOnce } from "../system/several-at-once.ts";
import { until } from "../system/waiting.ts";

const AT_ONCE = 4;
const PATIENCE_MS = 120_000;

type Register = ReturnType<typeof firstVersionOf>;
type Answer = Pick<WriteAnswer, "acknowledged" | "etag" | "why">;

/**
 * Resolves when all registers have their first version; throws a `DrillFailure` with the last answer when one cannot be
 * created.
 */
export async function makeRegisters(
  seed: number,
  send: (register: Register) => Promise<Answer>,
  signal?: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const registers = Array.from({ length: REGISTERS }, (_, register) => firstVersionOf(seed, register));
  await severalAtOnce(AT_ONCE, registers, async (register) => {
    const answer = await answerTo(register);
    // A register that already existed is another run's, whose updates would be taken for this run's.
    const version = `W/"${FIRST_VERSION}"`;
    if (answer.etag !== version) throw failed(register, `it is in version ${answer.etag}, not ${version}`);
  });

  async function answerTo(register: Register): Promise<Answer> {
    let last = "nothing was sent";
    const waiting = { what: register.path, deadlineMs: patienceMs, signal };
    const attempt = async () => {
      const answer = await send(register);
      last = answer.why;
      return answer.acknowledged && answer;
    };
    return until(waiting, attempt).catch(() => {
      signal?.throwIfAborted();
      throw failed(register, `for ${patienceMs / 1000} s it was refused, last with ${last}`);
    });
  }
}

function failed({ path }: Register, why: string): DrillFailure {
  const text = {
    what: `the load could not be prepared: ${path} could not be created`,
    why,
    todo: "read the FHIR server's log in the run folder",
  };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}
