/** To start both regions takes longer than most that is done to them: what leaves them whole shares one start. */
import { startBeforeAll } from "./one-topology/topology.ts";
import "./one-topology/configurations.ts";
import "./one-topology/network-faults.ts";
import "./one-topology/process-faults.ts";
import "./one-topology/whole-life.ts";

startBeforeAll();
