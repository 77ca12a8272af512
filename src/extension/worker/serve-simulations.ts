import { simulationWithNames } from '../../analysis/names-in-release.ts';
import { simulate } from '../../analysis/simulate.ts';
import type { SimulationRequest } from '../../analysis/simulate.ts';
import type { SimulationProgress } from '../../analysis/simulation.ts';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { buffersOf } from './packed-rows.ts';
import { packSimulation } from './packed-simulation.ts';
import type { PackedSimulation } from './packed-simulation.ts';

/** Time between two reports of progress: the eye follows no faster. */
const REPORT_MS = 100;

/**
 * Simulates for whoever sends the messages that it returns a function for, one job after the other. It hears nothing
 * while it does: to stop it is to end its thread. `post` hands the buffers that are named over.
 */
export function serveSimulations(
  post: (
    message: FromWorker<SimulationProgress, PackedSimulation>,
    handedOver: readonly ArrayBufferLike[],
  ) => void,
): (message: ToWorker<SimulationRequest>) => void {
  return (message) => {
    if (message.kind !== 'begin') return;
    const { job, order } = message;
    let reported = performance.now();
    const result = simulateForTravel(order, (progress) => {
      const now = performance.now();
      if (now - reported < REPORT_MS) return;
      reported = now;
      post({ kind: 'progress', job, progress }, []);
    });
    post({ kind: 'done', job, result }, result.ok ? buffersOf(result.value.rows) : []);
  };
}

function simulateForTravel(
  request: SimulationRequest,
  watch: (progress: SimulationProgress) => void,
): Result<PackedSimulation> {
  try {
    const simulation = simulate(request, 'shapes', watch);
    return simulation.ok ? ok(packSimulation(simulationWithNames(simulation.value))) : simulation;
  } catch (error) {
    // A model that throws, or no memory left: whoever asked must hear of it.
    return fail(`the simulation failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
