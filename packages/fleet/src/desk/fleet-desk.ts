/**
 * Does the steps of jobs, and takes them back, as a run asks for it. A run that is not the one at work is refused (M2),
 * and so is a step that a gateway in its status has nothing of. Why a step failed stands in the record of the gateway,
 * for the undo that tells of it.
 */

import { PerdureError, toErrorRecord, type ErrorRecord } from '@perdure/contract';
import type { GatewayFailure, GatewayRecord, GatewayStatus } from '../core/gateway.ts';
import { specOf } from '../core/service-spec.ts';
import type { JobId, StepOf, StepOrder, StepReply } from '../core/jobs.ts';
import { changeSteps } from './change/index.ts';
import { deprovisionSteps } from './deprovision/index.ts';
import { provisionSteps } from './provision/index.ts';
import { lastWords } from './last-words.ts';
import type { DoStep, FleetDeskDeps, Patience, Step, StepWork } from './ports.ts';
import { refreshKey, type RefreshOutcome } from './refresh-key.ts';
import { taken } from './taken.ts';
import { ensureTools } from './tools.ts';
import { Turns } from '../core/turns.ts';

export interface FleetDesk {
  /** Never rejects. `signal`: nobody waits for the answer any more. */
  runStep(order: StepOrder, signal: AbortSignal): Promise<StepReply>;
  /** Not while a step is at work on it. @throws as `refreshKey` */
  refreshKey(principalId: string, how?: { readonly isForced?: boolean }): Promise<RefreshOutcome>;
  /** What its agent has to work with, as it is to be. Not while a step is at work on it. */
  ensureTools(principalId: string): Promise<void>;
}

const steps: { readonly [J in JobId]: Readonly<Record<StepOf<J>, Step>> } = {
  'provision-agent': provisionSteps,
  'change-agent': changeSteps,
  'deprovision-agent': deprovisionSteps,
};

/** In which statuses a gateway has something of a job; the last one of each because a step may be asked for twice. */
const statuses: Readonly<Record<JobId, Readonly<Record<StepOrder['direction'], readonly GatewayStatus[]>>>> = {
  'provision-agent': { do: ['provisioning', 'ready'], undo: ['provisioning', 'ready', 'failed'] },
  'change-agent': { do: ['changing', 'ready'], undo: ['changing', 'ready'] },
  'deprovision-agent': { do: ['removing', 'removed'], undo: ['removing', 'ready', 'failed', 'removed'] },
};

const usual: Patience = {
  readyMs: 120_000,
  stopMs: 330_000,
  undoStopMs: 10_000,
  lookMs: 250,
  deafMs: 5_000,
  turnMs: 120_000,
};

export function createFleetDesk(deps: FleetDeskDeps): FleetDesk {
  const turns = new Turns();
  const patience = { ...usual, ...deps.patience };
  const run = async (order: StepOrder, signal: AbortSignal): Promise<StepReply> => {
    const found = find(order, await deps.store.get(order.principalId));
    if (found.kind === 'refused') return { kind: 'failed', ...found.error };
    const work = workOf(found.gateway, { deps, patience, runId: order.runId, signal });
    try {
      if (signal.aborted) throw gone();
      return { kind: 'done', told: await found.act(work) };
    } catch (error) {
      const { code, message } = wordsOf(error, found.gateway);
      deps.log(`gateway of ${found.gateway.handle}: ${order.direction} ${order.step} failed: ${message}`);
      if (order.direction === 'do') await noteFailure(work, { step: order.step, message });
      return { kind: 'failed', code, message };
    }
  };
  return {
    runStep: async (order, signal) => {
      try {
        return await turns.take(order.principalId, () => run(order, signal));
      } catch (error) {
        const { code, message } = toErrorRecord(error, 'internal');
        return { kind: 'failed', code, message };
      }
    },
    refreshKey: async (principalId, how) =>
      await turns.take(principalId, async () => {
        const gateway = await deps.store.get(principalId);
        return gateway === undefined ? 'none' : await refreshKey(deps, gateway, how);
      }),
    ensureTools: async (principalId) =>
      await turns.take(principalId, async () => {
        const gateway = await deps.store.get(principalId);
        if (gateway?.status === 'ready') await ensureTools(deps, gateway);
      }),
  };
}

type Found =
  | { readonly kind: 'found'; readonly gateway: GatewayRecord; readonly act: DoStep }
  | { readonly kind: 'refused'; readonly error: Pick<ErrorRecord, 'code' | 'message'> };

function find({ job, step, direction, runId }: StepOrder, gateway: GatewayRecord | undefined): Found {
  const known: Readonly<Record<string, Step>> = Object.hasOwn(steps, job) ? steps[job] : {};
  const act = Object.hasOwn(known, step) ? known[step]?.[direction] : undefined;
  if (act === undefined) return refused('invalid_input', `There is no step to ${direction} that is called ${step}.`);
  if (gateway === undefined) return refused('not_found', 'There is no gateway of this agent; provision it first.');
  if (gateway.runId !== runId) {
    return refused(
      'conflict',
      `Another run is at work on the gateway of ${gateway.handle}: ${gateway.runId ?? 'none'}.`,
    );
  }
  if (!statuses[job][direction].includes(gateway.status)) {
    return refused('conflict', `The gateway of ${gateway.handle} is ${gateway.status}: nothing is left of this step.`);
  }
  return { kind: 'found', gateway, act };
}

const refused = (code: ErrorRecord['code'], message: string): Found => ({ kind: 'refused', error: { code, message } });

interface WorkOptions {
  readonly deps: FleetDeskDeps;
  readonly patience: Patience;
  readonly runId: string;
  readonly signal: AbortSignal;
}

function workOf(gateway: GatewayRecord, { deps, patience, runId, signal }: WorkOptions): StepWork {
  const note: StepWork['note'] = async (facts) =>
    taken(await deps.store.note(gateway.principalId, { facts, runId, now: deps.clock() }));
  const spec = specOf(gateway, deps.host.accountHome);
  return { deps, patience, gateway, runId, signal, spec, manager: deps.services(gateway.service), note };
}

/** While there is still something to look at. That it cannot be written down takes nothing back. */
async function noteFailure(work: StepWork, said: Pick<GatewayFailure, 'step' | 'message'>): Promise<void> {
  const { deps, gateway } = work;
  try {
    await work.note({ failure: { ...said, ...(await lastWords(work)) }, problem: said.message });
  } catch (error) {
    deps.log(
      `gateway of ${gateway.handle}: why ${said.step} failed cannot be kept: ${toErrorRecord(error, 'internal').message}`,
    );
  }
}

/** What the system says of a full disk is said in a sentence. */
function wordsOf(error: unknown, { handle, home }: GatewayRecord): Pick<ErrorRecord, 'code' | 'message'> {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return toErrorRecord(error, 'internal');
  return {
    code: 'storage_full',
    message: `There is no room left on a disk that the gateway of ${handle} needs (${home}, or that of the archives): make room, and try again.`,
  };
}

const gone = (): PerdureError => new PerdureError('unavailable', 'The run waits for this step no more.');
