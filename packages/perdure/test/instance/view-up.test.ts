import { expect, test } from 'vitest';
import type { PipelineEntry } from '@perdure/contract';
import { statusLines, upScreen } from '../../src/instance/view-up.ts';

const plain = (_colour: string, text: string) => text;

test('what a part had to leave out is told at the first start too, and again after each restart', () => {
  const ready = {
    kind: 'ready',
    part: 'worker',
    pid: 1,
    warnings: ['agents/x/AGENT.md:5: no \u001b[2J goal'],
  } as const;
  const warning = '! agents/x/AGENT.md:5: no \\u001b[2J goal';
  expect(statusLines(ready, { isUp: false, paint: plain })).toEqual([warning]);
  expect(statusLines(ready, { isUp: true, paint: plain })).toEqual(['✓ worker is ready', warning]);
});

const prompt = { type: 'object', required: ['prompt'], properties: { prompt: { type: 'string' } } };
const entry = (id: string, origin: PipelineEntry['origin'], input: PipelineEntry['input'] = prompt): PipelineEntry => ({
  id,
  description: 'd',
  origin,
  hash: 'h',
  input,
  output: {},
});
const info = {
  url: 'http://127.0.0.1:7373',
  project: '/p',
  version: '1',
  model: { kind: 'demo', id: 'demo' },
} as never;

test.each([
  [
    'one of the project first',
    [entry('hello', 'shipped'), entry('plan-and-review', 'shipped'), entry('mine', 'project')],
    'mine "Build a URL shortener service"',
    true,
  ],
  [
    'the shipped one',
    [entry('hello', 'shipped'), entry('plan-and-review', 'shipped')],
    'plan-and-review "Build a URL shortener service"',
    true,
  ],
  [
    'what is there',
    [entry('count', 'project', { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } })],
    `count --input '{ "n": <integer> }'`,
    false,
  ],
])('what there is to try is %s', (_name, pipelines, command, hasCurl) => {
  const screen = upScreen({ info, root: '/r', homeFlag: '', took: '1 s', pipelines }, plain);
  expect(screen).toContain(`\n  perdure run ${command} --watch\n`);
  expect(screen.includes('curl')).toBe(hasCurl);
});

test('vaults that are sealed are told on the first screen, and open ones are not', () => {
  const screen = { info, root: '/r', homeFlag: '', pipelines: [], took: '1 s' };
  const sealed = 'The vaults are sealed, and all else works: the key is gone.';
  expect(upScreen({ ...screen, sealed }, plain)).toContain(`Vaults   ${sealed}`);
  expect(upScreen(screen, plain)).not.toContain('Vaults');
});
