/** The scripts of reporting; acceptance cases have their numbers in the titles. */

import { expect, onTestFinished, test } from 'vitest';
import { created, createCompatPlace, type CompatPlace } from './support.ts';

async function at(): Promise<CompatPlace> {
  const place = createCompatPlace();
  onTestFinished(() => place[Symbol.dispose]());
  const milestones = [
    { id: 'a', title: 'Parser', status: 'done', percent: 100 },
    { id: 'b', title: 'Printer é', status: 'running', percent: 50 },
  ];
  await created(place, '--milestones', JSON.stringify(milestones), '--next-step', 'Tables');
  return place;
}

test('48: the ticker is the line with the bars, and nothing else', async () => {
  const { stdout } = await (await at()).compat(['task_ticker', 'ship']);
  expect(stdout).toBe(
    'task [#####.....]  50% | proj [########..]  75% | ms 1/2 | planning | healthy | Printer é | next: Tables\n',
  );
});

test('49: a report of level 3 tells of the current part and of the project', async () => {
  const { stdout } = await (await at()).compat(['task_report', 'ship', '--level', '3']);
  expect(stdout).toContain('current [');
  expect(stdout).toContain('project [');
});

test.each([
  [0, /^Ship it: still running\.\n$/],
  [1, /^Ship it: current \[#####\.\.\.\.\.\] 50% \| project .* next: Tables\n$/],
  [2, /phase: planning \| health: healthy/],
])('a report of level %i tells so much', async (level, told) => {
  const { code, stdout } = await (await at()).compat(['task_report', 'ship', '--level', String(level)]);
  expect(code).toBe(0);
  expect(stdout).toMatch(told);
});

test('a report of level 4 and above is the plan as JSON in ASCII', async () => {
  const { stdout } = await (await at()).compat(['task_report', 'ship', '--level=5']);
  expect(stdout).toContain(String.raw`Printer \u00e9`);
  expect(JSON.parse(stdout)).toMatchObject({ title: 'Ship it', current_progress: { percent: 50 }, subtasks: [] });
});

const bound = (method: string) => JSON.stringify([{ kind: 'delivery_binding', method, channel: 'c', target: 't' }]);

test('53: a sweep looks at tasks that are bound, to nothing, and not at all, and sends what is due', async () => {
  const place = await at();
  for (const [id, ...flags] of [
    ['loud', '--artifacts', bound('stdout')],
    ['quiet', '--artifacts', bound('noop')],
  ] as const) {
    await place.printed(['task_ctl', 'create', id, '--title', id, '--goal', 'g', ...flags]);
  }
  const told = await place.printed(['task_tick_all']);
  expect(Object.keys(told)).toEqual(['scanned', 'eligible', 'continued', 'sent', 'errors', 'results']);
  expect(told).toMatchObject({ scanned: 3, errors: 0 });
  const results = Object.fromEntries(told.results.map((one: { task_id: string }) => [one.task_id, one]));
  expect(results['ship']).toMatchObject({ status: 'skipped', reason: 'no_delivery_binding' });
  expect(results['quiet']).toMatchObject({ status: 'skipped', reason: 'noop' });
  expect(results['loud'].task_id).toBe('loud');
});
