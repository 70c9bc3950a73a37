import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  finishedStatuses,
  commandsFor,
  isAtRest,
  isFinished,
  isPending,
  isSettled,
  nextRunStatus,
  orderAccepted,
  runActions,
  runCommands,
  runOrders,
  runStatuses,
  runTransitions,
  showsError,
  takesAnswers,
  type RunAction,
  type RunCommand,
  type RunStatus,
} from '../src/index.ts';

/** Where these actions lead, whatever the status before. */
const after = (...actions: readonly RunAction[]): readonly RunStatus[] =>
  runStatuses.filter((to) => actions.some((action) => runStatuses.some((from) => nextRunStatus(from, action) === to)));
const where = (holds: (status: RunStatus) => boolean): readonly RunStatus[] => runStatuses.filter(holds);
/** The status of a run that a driver has begun with, after a resume if need be. */
const takenUp = (status: RunStatus): RunStatus | undefined =>
  nextRunStatus(nextRunStatus(status, 'resume') ?? status, 'drive');

describe('the life of a run', () => {
  it('leads every action to one status, whatever the status before', () => {
    for (const action of runActions) {
      const targets = new Set(runStatuses.map((status) => nextRunStatus(status, action)).filter(Boolean));
      targets.delete(action === 'drive' ? 'undoing' : undefined);
      expect([action, targets.size]).toEqual([action, 1]);
    }
  });

  it('lets every unfinished run reach an end, and no finished one leave it but by retry', () => {
    const reach = (from: string, seen = new Set<string>()): Set<string> => {
      for (const to of Object.values(runTransitions[from as keyof typeof runTransitions])) {
        if (!seen.has(to)) reach(to, seen.add(to));
      }
      return seen;
    };
    for (const status of runStatuses) {
      if (isFinished(status)) {
        expect(Object.keys(runTransitions[status]).filter((action) => action !== 'retry')).toEqual([]);
      } else {
        expect([...reach(status)]).toEqual(expect.arrayContaining([...finishedStatuses]));
      }
    }
  });

  it('accepts an order only where it can lead somewhere', () => {
    for (const status of finishedStatuses) {
      for (const order of Object.keys(runOrders) as (keyof typeof runOrders)[]) {
        expect(orderAccepted(order, status)).toBe(false);
      }
    }
    expect(orderAccepted('resume', 'needs_attention')).toBe(true);
    expect(orderAccepted('pause', 'paused')).toBe(false);
  });

  it('has a run at rest exactly where parking, pausing and stopping for attention lead', () => {
    expect(where(isAtRest)).toEqual(after('park', 'pause', 'stop_for_attention'));
  });

  it('settles a run exactly where it ends or stops for attention', () => {
    expect(where(isSettled)).toEqual(after('complete', 'fail', 'cancel', 'stop_for_attention'));
  });

  it('takes answers exactly where a driver, after a resume if need be, goes on with the pipeline', () => {
    expect(where(takesAnswers)).toEqual(where((status) => takenUp(status) === 'running'));
  });

  it('shows an error exactly where an action leads that records one', () => {
    expect(where(showsError)).toEqual(after('stop_for_attention', 'undo', 'fail', 'cancel'));
  });

  it('lets a reader do exactly what an arrow of the table does, at once or when a driver has taken the run up', () => {
    const leadsOn = {
      pause: (status) => nextRunStatus(status, 'drive') === 'running',
      resume: (status) => nextRunStatus(status, 'resume') !== undefined,
      cancel: (status) => takenUp(status) === 'running',
      steer: (status) => takenUp(status) === 'running',
      retry: (status) => nextRunStatus(status, 'retry') !== undefined,
    } as const satisfies Record<RunCommand, (status: RunStatus) => boolean>;
    for (const command of Object.keys(runCommands) as RunCommand[]) {
      expect([command, where((s) => orderAccepted(command, s))]).toEqual([command, where(leadsOn[command])]);
    }
    expect(runStatuses.map((status) => commandsFor(status).length)).toEqual([3, 3, 3, 3, 3, 0, 0, 1, 0]);
  });

  it('calls a command pending until a status that it alone leads to', () => {
    expect(where((status) => isPending('resume', status))).toEqual(['queued', 'paused', 'needs_attention']);
    expect(where((status) => isPending('cancel', status))).toEqual(where((status) => !isFinished(status)));
    expect(where((status) => isPending('retry', status))).toEqual(['queued', 'failed']);
    expect(where((status) => isPending('pause', status))).toEqual(['queued', 'running', 'waiting']);
  });

  it('is drawn in the concept page as it is in the table', () => {
    const page = readFileSync(new URL('../../../docs/concepts/runs.md', import.meta.url), 'utf8');
    const [, drawn] = /<!-- run-transitions -->\s*```mermaid\n([\s\S]*?)```/.exec(page) ?? [];
    const arrows = runStatuses.flatMap((from) =>
      (Object.entries(runTransitions[from]) as [RunAction, string][]).map(
        ([action, to]) => `    ${from} --> ${to}: ${action}`,
      ),
    );
    expect(drawn?.trimEnd().split('\n')).toEqual(['stateDiagram-v2', ...arrows]);
  });
});
