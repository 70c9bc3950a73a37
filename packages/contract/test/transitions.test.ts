import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  finishedStatuses,
  isFinished,
  nextRunStatus,
  orderAccepted,
  runActions,
  runOrders,
  runStatuses,
  runTransitions,
  type RunAction,
} from '../src/index.ts';

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
