/** A container as a component, the target of faults. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StartedTestContainer } from "testcontainers";
import type { Component } from "../../system/component.ts";
import type { Processor } from "../../system/processor.ts";
import { handleOf } from "./container.ts";
import type { Engine } from "./engine.ts";
import { pause } from "./pause.ts";

/** A working component answers within this time. */
export const ANSWER_MS = 2000;

const PERIOD_US = 100_000;
const NO_QUOTA = -1;
const BURN = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";

/**
 * The signal is sent this long before the unpause, so that the process dies as soon as it runs. Without that, the engine
 * was observed to take 15 s to kill a frozen PostgreSQL.
 */
const SIGNAL_AHEAD_MS = 500;

export interface Contained {
  container: StartedTestContainer;
  answers: () => Promise<boolean>;
  /** Used instead of a shell if the image has none. */
  giveWork?: () => Promise<unknown>;
}

export function componentOf(engine: Engine, { container, answers }: Contained): Component {
  const handle = handleOf(engine, container);
  const stateByEngine = async () => (await handle.inspect()).State;

  const kill = async () => {
    await handle.kill({ signal: "SIGKILL" }).catch(async (error) => {
      if ((await stateByEngine()).Running) throw error;
    });
  };
  const killFrozen = async () => {
    const thaw = async () => {
      await sleep(SIGNAL_AHEAD_MS);
      // Refused when it is already dead.
      await handle.unpause().catch(() => {});
    };
    await Promise.all([kill(), thaw()]);
  };

  return {
    kill,
    status: async () => {
      const { Running, Paused } = await stateByEngine();
      return { running: Running, frozen: Paused };
    },
    state: async () => {
      const { Running, Paused } = await stateByEngine();
      if (!Running) return "dead";
      const answer = answers().catch(() => false);
      if (await Promise.race([answer, sleep(ANSWER_MS, false, { ref: false })])) return "works";
      return Paused ? "frozen" : "silent";
    },
    freeze: () => pause(handle),
    thaw: async () => {
      if ((await stateByEngine()).Paused) await handle.unpause();
    },
    startAgain: async () => {
      const { Running, Paused } = await stateByEngine();
      if (Running && !Paused) return false;
      if (Paused) await killFrozen();
      await handle.start();
      return true;
    },
  };
}

export function processorOf(engine: Engine, { container, giveWork }: Contained): Processor {
  const handle = handleOf(engine, container);
  return {
    limit: async (quotaUs) => void (await handle.update({ CpuPeriod: PERIOD_US, CpuQuota: quotaUs ?? NO_QUOTA })),
    quotaUs: async () => (await handle.inspect()).HostConfig.CpuQuota as number,
    /** As the engine reports it, which reads the kernel's counter with cgroup v1 and v2. */
    timesMadeToWait: async () => {
      const { cpu_stats } = await handle.stats({ stream: false, "one-shot": true });
      return cpu_stats.throttling_data.throttled_periods;
    },
    giveWork: async () => void (await (giveWork?.() ?? container.exec(["sh", "-c", BURN]))),
  };
}
