/**
 * Waits until it is well: ready, with its own process alive, its socket at the hub (M8), and a model that it can ask.
 * The socket was opened with a key that nothing but this home has, so it shows that OpenClaw took the settings, loaded
 * our plugin and runs its channel. What each start of OpenClaw's command line costs is spent on one that is not well
 * alone: for the cause.
 */

import { isPerdureError, messageOf, PerdureError } from '@perdure/contract';
import { configurationExit } from '../../core/keep-up.ts';
import type { GatewayRecord } from '../../core/gateway.ts';
import type { GatewayHealth, ServiceState } from '../../core/ports.ts';
import type { Step, StepWork } from '../ports.ts';
import { validateSettings } from '../remake.ts';

/** A gateway that begins again more often does not come up. */
const mostRestarts = 3;
const askWithinMs = 15_000;

export const health: Step = {
  async do(work) {
    const { deps, gateway, patience, signal } = work;
    const until = deps.steady() + patience.readyMs;
    const suspicion: Suspicion = { deafSince: undefined, isLookedAt: false, found: undefined };
    for (;;) {
      const seen = await look(work);
      if (seen.kind === 'well') return `${gateway.handle} is ready, and in the hub${await smoke(work)}`;
      if (signal.aborted) throw new PerdureError('unavailable', 'The run waits for this step no more.');
      if (deps.steady() >= until) throw await tooLate(work, seen);
      suspect(work, seen, suspicion);
      await deps.pause(patience.lookMs, signal);
    }
  },
};

/** One turn with its model, where that is wanted: it is paid for. @throws PerdureError where nothing comes of it */
async function smoke({ deps, gateway, patience: { turnMs } }: StepWork): Promise<string> {
  const { home, handle, program } = gateway;
  if (gateway.smoke !== true) return '';
  const question = 'This is a test of your connection. Answer with the one word: here.';
  let said: string;
  try {
    said = await deps.program(program).ask(home, question, { timeoutMs: turnMs });
  } catch (error) {
    throw new PerdureError('step_failed', `${handle} is ready, and cannot take a turn: ${messageOf(error)}`);
  }
  if (said.trim() !== '') return '; it has taken a turn';
  throw new PerdureError('step_failed', `${handle} is ready, and its model ${gateway.model} answers nothing.`);
}

type Seen =
  | { readonly kind: 'well' }
  | { readonly kind: 'lacking'; readonly what: string }
  /** It is ready, and not at the hub. */
  | { readonly kind: 'deaf'; readonly what: string };

const lacking = (what: string): Seen => ({ kind: 'lacking', what });

/** @throws PerdureError where waiting does not help */
async function look(work: StepWork): Promise<Seen> {
  const { deps, gateway, manager, spec } = work;
  const before = await manager.state(spec);
  await refuseEnded(work, before);
  const readiness = await deps.program(gateway.program).readiness(gateway.port);
  if (readiness === 'stranger') throw taken(gateway);
  if (before.kind !== 'running') return lacking(`it does not run (${before.kind})`);
  if (readiness !== 'ready') {
    return lacking(`it runs as process ${before.process.pid}, and is ${readiness.replace('_', ' ')}`);
  }
  // Of one that was taken in no key is recorded: any socket of the agent is its own.
  if (!deps.hub.isConnected(gateway.principalId, gateway.keyId)) {
    return { kind: 'deaf', what: 'its socket is not at the hub' };
  }
  // Behind the socket: only the gateway that has it is shown the token.
  const missing = await keyless(work);
  if (missing !== undefined) return lacking(missing);
  // Whoever answered was it: the same process stands before and after.
  const after = await manager.state(spec);
  const isSame = after.kind === 'running' && after.process.pid === before.process.pid;
  return isSame ? { kind: 'well' } : lacking('it was started again while it was looked at');
}

/** What is not known of its model yet. @throws PerdureError where that has no key */
async function keyless(work: StepWork): Promise<string | undefined> {
  const { deps, gateway } = work;
  const access = await deps.program(gateway.program).modelAccess(gateway.home);
  if (access.kind === 'usable') return undefined;
  // Two commands beside a gateway that has no moment for a question would take half a minute.
  if (access.kind === 'silent') return 'it does not answer whether its model has a key';
  const told = await ask(work);
  if (told === undefined) return 'it does not tell how it is';
  if (told.missingProviders.length > 0) {
    throw new PerdureError(
      'config_invalid',
      `There is no key for the model provider ${told.missingProviders.join(', ')}; name one with --key, and try again.`,
    );
  }
  return told.isModelTold ? undefined : 'it does not tell whether its model has a key';
}

async function ask({ deps, gateway: { home, program } }: StepWork): Promise<GatewayHealth | undefined> {
  return await deps
    .program(program)
    .health(home, { timeoutMs: askWithinMs })
    .catch(() => undefined);
}

interface Suspicion {
  deafSince: number | undefined;
  isLookedAt: boolean;
  /** What OpenClaw has against the settings. */
  found: unknown;
}

/**
 * One that hears nobody, for its settings: OpenClaw starts without a plugin that it does not find, and only warns. It
 * is looked at meanwhile, for on a busy machine it may just be slow. @throws PerdureError once something is found
 */
function suspect(work: StepWork, seen: Seen, suspicion: Suspicion): void {
  const { deps, patience } = work;
  if (suspicion.found !== undefined) throw suspicion.found;
  if (seen.kind !== 'deaf') {
    suspicion.deafSince = undefined;
    return;
  }
  suspicion.deafSince ??= deps.steady();
  if (suspicion.isLookedAt || deps.steady() - suspicion.deafSince < patience.deafMs) return;
  suspicion.isLookedAt = true;
  refuseSettings(work).catch((error: unknown) => (suspicion.found = error));
}

/** @throws PerdureError where OpenClaw has something against its settings */
async function refuseSettings(work: StepWork): Promise<void> {
  try {
    await validateSettings(work);
  } catch (error) {
    if (isPerdureError(error, 'config_invalid')) throw error;
    // It could not be asked: what was seen is told as it is.
  }
}

/** Where nobody starts it again, or it ended too often. @throws PerdureError */
async function refuseEnded(work: StepWork, state: ServiceState): Promise<void> {
  if (state.kind !== 'failed') return;
  if (state.nextAt !== undefined && state.restarts < mostRestarts) return;
  if (state.exitCode === configurationExit) await refuseSettings(work);
  const { handle, port, program } = work.gateway;
  // Nothing of ours runs, so whoever answers was faster: a gateway of another account, for one.
  if ((await work.deps.program(program).readiness(port)) !== 'away') {
    // Or it was started again while that was asked: then it is looked at anew.
    if ((await work.manager.state(work.spec)).kind === 'running') return;
    throw taken(work.gateway);
  }
  const how = state.exitCode === undefined ? `by ${state.signal ?? 'a signal'}` : `with exit code ${state.exitCode}`;
  const often = state.restarts === 0 ? '' : `, ${state.restarts + 1} times`;
  throw new PerdureError('step_failed', `The gateway of ${handle} ended ${how}${often}; its last lines tell why.`);
}

const taken = ({ port, handle }: Pick<GatewayRecord, 'port' | 'handle'>): PerdureError =>
  new PerdureError(
    'conflict',
    `Port ${port}, which was free, is taken by another program by now, perhaps a gateway of another account; provision ${handle} again, and another port is chosen.`,
  );

/** What was missing when it was last looked at, and what it says of itself. */
async function tooLate(work: StepWork, seen: Exclude<Seen, { readonly kind: 'well' }>): Promise<PerdureError> {
  const { gateway, patience } = work;
  const seconds = Math.round(patience.readyMs / 1_000);
  const problems = seen.kind === 'deaf' ? ((await ask(work))?.problems ?? []) : [];
  const why = problems.length === 0 ? '' : ` ${problems.join(' ')}`;
  return new PerdureError(
    'step_failed',
    `The gateway of ${gateway.handle} was not well within ${seconds} s: ${seen.what}.${why}`,
  );
}
