/**
 * Waits until it is well: ready, with its own process alive, our plugin loaded, its channel running, a key for each
 * provider in use, and its socket at the hub. Who is out of time is told what was missing when it was last looked at.
 */

import { PerdureError } from '@perdure/contract';
import type { ServiceState } from '../../core/ports.ts';
import type { Step, StepWork } from '../ports.ts';

/** A gateway that begins again more often does not come up. */
const mostRestarts = 3;
const askWithinMs = 15_000;

export const health: Step = {
  async do(work) {
    const { deps, gateway, patience, signal } = work;
    const until = deps.clock() + patience.readyMs;
    for (;;) {
      const missing = await look(work);
      if (missing === undefined) return `${gateway.handle} is ready, and in the hub`;
      if (signal.aborted) throw new PerdureError('unavailable', 'The run waits for this step no more.');
      if (deps.clock() >= until) {
        const seconds = Math.round(patience.readyMs / 1_000);
        throw new PerdureError(
          'step_failed',
          `The gateway of ${gateway.handle} was not well within ${seconds} s: ${missing}.`,
        );
      }
      await deps.pause(patience.lookMs, signal);
    }
  },
};

/** Undefined: nothing is missing. @throws PerdureError where waiting does not help */
async function look({ deps, gateway, manager, spec }: StepWork): Promise<string | undefined> {
  const before = await manager.state(spec);
  refuseEnded(before, gateway.handle);
  const readiness = await deps.program(gateway.program).readiness(gateway.port);
  if (readiness === 'stranger') {
    throw new PerdureError(
      'conflict',
      `On port ${gateway.port} another program answers than the gateway of ${gateway.handle}; end that, and provision again.`,
    );
  }
  if (before.kind !== 'running') return `it does not run (${before.kind})`;
  if (readiness !== 'ready') return `it runs as process ${before.process.pid}, and is ${readiness.replace('_', ' ')}`;
  const missing = await inside(deps, gateway);
  if (missing !== undefined) return missing;
  // Whoever answered was it: the same process stands before and after.
  const after = await manager.state(spec);
  const isSame = after.kind === 'running' && after.process.pid === before.process.pid;
  return isSame ? undefined : 'it was started again while it was looked at';
}

async function inside(deps: StepWork['deps'], gateway: StepWork['gateway']): Promise<string | undefined> {
  const { principalId, home, program } = gateway;
  const told = await deps
    .program(program)
    .health(home, { timeoutMs: askWithinMs })
    .catch(() => undefined);
  if (told === undefined) return 'it does not tell how it is';
  if (told.missingProviders.length > 0) {
    throw new PerdureError(
      'config_invalid',
      `There is no key for the model provider ${told.missingProviders.join(', ')}; name one with --key, and provision again.`,
    );
  }
  if (!told.isPluginLoaded) return 'the channel plugin is not loaded';
  if (told.isChannelRunning === false) return 'its channel does not run';
  return deps.hub.isConnected(principalId) ? undefined : 'its socket is not at the hub';
}

/** @throws PerdureError where nobody starts it again, or it ended too often */
function refuseEnded(state: ServiceState, handle: string): void {
  if (state.kind !== 'failed') return;
  if (state.nextAt !== undefined && state.restarts < mostRestarts) return;
  const how = state.exitCode === undefined ? `by ${state.signal ?? 'a signal'}` : `with exit code ${state.exitCode}`;
  const often = state.restarts === 0 ? '' : `, ${state.restarts + 1} times`;
  throw new PerdureError('step_failed', `The gateway of ${handle} ended ${how}${often}; its last lines tell why.`);
}
