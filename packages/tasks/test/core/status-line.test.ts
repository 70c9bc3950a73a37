import { bar, immediateLine, statusLine } from '@perdure/tasks';
import type { Milestone } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { newTask } from './fixtures.ts';

const milestone = (id: string, status: Milestone['status'], percent: number): Milestone => ({
  id,
  title: id,
  status,
  percent,
});

describe('the bar', () => {
  it.each([
    [5, 0],
    [15, 2],
    [25, 2],
    [35, 4],
    [45, 4],
    [55, 6],
    [65, 6],
    [75, 8],
    [85, 8],
    [95, 10],
    [0, 0],
    [100, 10],
    [-3, 0],
    [140, 10],
  ])('shows %i percent with %i of its ten cells', (percent, cells) => {
    expect(bar(percent)).toBe(`[${'#'.repeat(cells)}${'.'.repeat(10 - cells)}]`);
  });
});

describe('the status line', () => {
  it('scenario 48: has the bars of task and project, byte for byte', () => {
    const milestones = [
      milestone('Plan', 'done', 100),
      milestone('Build', 'running', 50),
      milestone('Ship', 'pending', 0),
    ];
    const task = newTask({ phase: 'execution', next_step: 'compile', milestones });
    expect(statusLine(task)).toBe(
      'task [#####.....]  50% | proj [#####.....]  50% | ms 1/3 | execution | healthy | Build | next: compile',
    );
    expect(immediateLine(task, 'phase')).toBe(`update:phase | ${statusLine(task)}`);
    expect(immediateLine(task)).toBe(`update | ${statusLine(task)}`);
  });

  it('without a milestone at work shows how many are done, dropped ones aside', () => {
    const milestones = [milestone('a', 'done', 100), milestone('b', 'pending', 0), milestone('c', 'dropped', 0)];
    expect(statusLine(newTask({ milestones }))).toBe(
      'task [#####.....]  50% | proj [#####.....]  50% | ms 1/2 | planning | healthy | none | next: ',
    );
  });

  it('is one line, whatever the next step holds', () => {
    expect(statusLine(newTask({ next_step: 'a\nb\u2028c\rd' }))).toContain('next: a b c d');
  });
});
