/**
 * The steps of the run that moves a family: each member is changed by a run of its own, which is begun here, waited
 * for, and ended where the one of the family is. All of it may be repeated, by another server too.
 */

import { PerdureError, toErrorRecord } from '@perdure/contract';
import type { StepReply } from '../../core/jobs.ts';
import type { FleetHub } from '../../core/ports.ts';
import { Turns } from '../../core/turns.ts';
import type { PlannedUpgrade } from '../../core/upgrade.ts';
import { changeRunId, namesOf, tellEnded, type UpgradeInput, type UpgradeOrder } from '../../core/upgrade-run.ts';
import { change } from '../change.ts';
import type { ControlDeps, FleetRun } from '../ports.ts';
import { hasRelease, standingsOf } from './show.ts';

export interface UpgradeStepDeps extends ControlDeps {
  readonly words: Pick<FleetHub, 'tell'>;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface UpgradeSteps {
  /** Never rejects. `signal`: nobody waits for the answer any more. */
  runStep(order: UpgradeOrder, signal: AbortSignal): Promise<StepReply>;
}

interface Work {
  readonly deps: UpgradeStepDeps;
  readonly runId: string;
  readonly upgrade: UpgradeInput;
  readonly signal: AbortSignal;
}

const lookEveryMs = 1_000;

export function createUpgradeSteps(deps: UpgradeStepDeps): UpgradeSteps {
  const turns = new Turns();
  return {
    async runStep(order, signal) {
      const { runId, principalId = '' } = order;
      try {
        const told = await turns.take(`${runId}/${principalId}`, async () => await act(deps, order, signal));
        return { kind: 'done', told };
      } catch (error) {
        const { code, message } = toErrorRecord(error, 'internal');
        return { kind: 'failed', code, message };
      }
    },
  };
}

/** What is to be done stands in the record of the run: nobody who asks for a step says with what. */
async function act(deps: UpgradeStepDeps, order: UpgradeOrder, signal: AbortSignal): Promise<string> {
  const { runId, step, direction, principalId } = order;
  if (signal.aborted) throw gone();
  const upgrade = await deps.runs.upgradeOf(runId);
  if (upgrade === undefined) throw new PerdureError('not_found', `There is no upgrade ${runId}.`);
  const work = { deps, runId, upgrade, signal };
  if (step === 'begin') return direction === 'do' ? await begin(work) : await tellOfEnd(work);
  if (step === 'report') return await report(work);
  const member = upgrade.members.find((each) => each.principalId === principalId);
  if (member === undefined) throw new PerdureError('invalid_input', 'This upgrade has no such member.');
  return direction === 'do' ? await move(work, member) : await endMove(work, member);
}

const gone = (): PerdureError => new PerdureError('unavailable', 'The run waits for this step no more.');

async function begin(work: Work): Promise<string> {
  const { upgrade, runId } = work;
  const { family, program, members } = upgrade;
  const [first, ...others] = members.map(({ handle }) => handle);
  const then = others.length === 0 ? '' : ` first, then ${namesOf(others)}, one after the other`;
  const text = `The family ${family} gets OpenClaw ${program.version}: ${first}${then}. Each is away for a moment. Run ${runId}.`;
  await say(work, { id: 'begin', text, intent: 'chat' });
  return text;
}

async function report(work: Work): Promise<string> {
  const { family, program, members } = work.upgrade;
  const text = `The family ${family} has OpenClaw ${program.version}: ${namesOf(members.map(({ handle }) => handle))}.`;
  await say(work, { id: 'report', text, intent: 'chat' });
  return text;
}

/** The undo of the first step, and so the last of all. */
async function tellOfEnd(work: Work): Promise<string> {
  const { deps, upgrade, runId } = work;
  const text = tellEnded(upgrade, { runId, members: await standingsOf(deps, { runId, upgrade, isOver: true }) });
  await say(work, { id: 'ended', text, intent: 'error' });
  return text;
}

/** Where the first of them was introduced. */
async function say(
  { deps, upgrade, runId }: Work,
  { id, ...said }: { readonly id: string; readonly text: string; readonly intent: 'chat' | 'error' },
): Promise<void> {
  const [first] = upgrade.members;
  if (first !== undefined) await deps.words.tell(first.principalId, { id: `${runId}/${id}`, ...said });
}

/** Resolves when it has the release and is well. @throws PerdureError where it was put back, or cannot be begun */
async function move(work: Work, member: PlannedUpgrade): Promise<string> {
  const { deps, upgrade, runId } = work;
  const { principalId, handle } = member;
  const { version } = upgrade.program;
  const changedBy = changeRunId(runId, principalId);
  if ((await beginChange(work, { principalId, changedBy })) === 'has_it')
    return `${handle} has OpenClaw ${version} already`;
  const { status, problem = `run ${changedBy} is ${status}` } = await ended(work, changedBy);
  if (status === 'completed') return `${handle} has OpenClaw ${version}`;
  const gateway = await deps.store.get(principalId);
  const why = gateway?.runId === changedBy ? (gateway.problem ?? problem) : problem;
  throw new PerdureError('step_failed', `${handle} is not brought to OpenClaw ${version}: ${why}`);
}

async function beginChange(
  { deps, upgrade, signal }: Work,
  { principalId, changedBy }: { readonly principalId: string; readonly changedBy: string },
): Promise<'begun' | 'has_it'> {
  const gateway = await deps.store.get(principalId);
  // Recorded, whether it was started or not: `tend` sees to that.
  if (gateway?.runId === changedBy || (await deps.runs.look(changedBy)) !== undefined) return 'begun';
  if (hasRelease(gateway, upgrade.program)) return 'has_it';
  if (signal.aborted) throw gone();
  const asked = { kind: 'program', to: { program: upgrade.program }, runId: changedBy } as const;
  const outcome = await change(deps, principalId, asked);
  if (outcome.kind === 'refused') throw new PerdureError(outcome.code, outcome.message);
  return 'begun';
}

/** One that is at work is taken back; what was kept is kept. */
async function endMove(work: Work, { principalId, handle }: PlannedUpgrade): Promise<string> {
  const { deps, runId } = work;
  const changedBy = changeRunId(runId, principalId);
  const gateway = await deps.store.get(principalId);
  const isBegun = gateway?.runId === changedBy || (await deps.runs.look(changedBy)) !== undefined;
  if (!isBegun) return `${handle} was not touched`;
  const { status } = await ended(work, changedBy, async () => await deps.runs.cancel(changedBy));
  return status === 'completed' ? `${handle} keeps OpenClaw ${work.upgrade.program.version}` : `${handle} is as it was`;
}

/** The run, when it is over. `hurry`: once, while it is not. */
async function ended({ deps, signal }: Work, runId: string, hurry?: () => Promise<void>): Promise<FleetRun> {
  let isHurried = hurry === undefined;
  for (;;) {
    const run = await deps.runs.look(runId);
    if (run?.isOver === true) return run;
    if (signal.aborted) throw gone();
    if (run !== undefined && !isHurried) {
      await hurry?.();
      isHurried = true;
    }
    await deps.pause(lookEveryMs, signal);
  }
}
