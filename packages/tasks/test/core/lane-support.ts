/** Lanes in the small world of the core: given, returned and decided on. */

import type { LaneDecision, Task } from '@perdure/contract';
import { parseReturn, type LanePlan, type LaneReturn, type TaskCommand } from '@perdure/tasks';

export const body = [
  '1. Goal',
  'The guide',
  '2. Completed',
  'First half',
  '3. Changed artifacts/files',
  'docs/guide.md',
];

export function returnText(changes: Partial<Record<string, string>> = {}): string {
  const { body: words = body.join('\n'), ...headers } = changes;
  const all = {
    tag: 'autopilot',
    task_id: 'release-1',
    line: 'docs',
    node: 'start',
    goal_status: 'partial',
    next_role: 'worker',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${lines.join('\n')}\n\n${words}\n`;
}

export function givenReturn(changes: Partial<Record<string, string>> = {}): LaneReturn {
  const parsed = parseReturn(returnText(changes));
  if (parsed.kind === 'refused') throw new Error(parsed.message);
  return parsed.given;
}

export const assign = (line = 'docs', lane: Partial<LanePlan> = {}): TaskCommand => ({
  type: 'assign_lane',
  line,
  lane: { goal: `Write ${line}`, ...lane },
});

export const ingest = (changes: Partial<Record<string, string>> = {}, returnId = 'r1'): TaskCommand => ({
  type: 'ingest_return',
  returnId,
  given: givenReturn(changes),
});

export const decideOn = (
  decision: LaneDecision,
  more: Partial<Extract<TaskCommand, { type: 'decide_lane' }>> = {},
): TaskCommand => ({ type: 'decide_lane', line: 'docs', decision, ...more });

export function laneIn({ lanes }: Task, line = 'docs') {
  return lanes.find((lane) => lane.line === line);
}
