import { PerdureError } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { aFailedRun, aFinishedRun, aRun, aStep, runId, someEvents } from '../builders.ts';
import { startFakeApi, type FakeRun } from '../fake-api.ts';
import { cli, createRunningPlace } from '../harness.ts';

const error = { code: 'step_failed', message: 'No van is free.', details: { at: 'pipelines/ship.ts:12' } } as const;
const undoError = { code: 'step_failed', message: 'The warehouse is closed.' } as const;

/** A run that failed at `ship`, and whose `reserve` and `charge` were undone, the newest first. */
function anUndoneRun(): FakeRun {
  return {
    ...aFailedRun(),
    events: someEvents(['run.queued', { pipeline: 'hello' }], ['run.failed', { error }]),
    run: aRun({ status: 'failed', error, endedAt: '2026-01-02T03:04:03.100Z' }),
    steps: [
      aStep('quote'),
      aStep('reserve', { undoable: true }),
      aStep('charge', { undoable: true }),
      aStep('ship', { status: 'failed', error, result: undefined }),
      aStep('undo/charge', { kind: 'undo' }),
      aStep('undo/reserve', { kind: 'undo', status: 'failed', error: undoError, result: undefined }),
    ],
  };
}

const fork = `perdure runs fork ${runId} --from reserve`;

async function shown(id: string): Promise<string> {
  await using api = await startFakeApi({ runs: [anUndoneRun()] });
  using place = createRunningPlace(api);
  return (await cli(['runs', 'show', id], { cwd: place.folder })).stdout;
}

describe('a run whose effects were undone', () => {
  test('is offered a fork from the first undone step instead of a retry, as is whoever looks at its failed step', async () => {
    expect((await shown(runId)).split('Next\n')[1]).toBe(`  ${fork}\n`);
    for (const page of [await shown(runId), await shown(`${runId}/ship`)]) {
      expect(page).toContain(`No van is free. (at pipelines/ship.ts:12)\n  Its effects were undone`);
      expect(page).toContain(`\`${fork}\``);
      expect(page).not.toContain('runs retry');
    }
  });

  test('shows an undo that failed with what to do about it, which is no retry', async () => {
    const page = await shown(`${runId}/undo/reserve`);
    expect(page).toContain(
      'Error The warehouse is closed.\n  An undo is not tried again: take the effect of "reserve"',
    );
    expect(page).not.toContain('retry');
  });

  test('says so at its end, with the place of the error', async () => {
    await using api = await startFakeApi({ onStart: anUndoneRun });
    using place = createRunningPlace(api);
    const { code, stderr } = await cli(['run', 'hello'], { cwd: place.folder });
    expect(code).toBe(1);
    expect(stderr).toContain('✗ failed: No van is free. (at pipelines/ship.ts:12)\n');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      `perdure: Run ${runId} failed. Its effects were undone, so it is not retried; \`${fork}\` does them again, as another run.`,
    );
  });
});

test('a fork that has to begin before the step it was asked for says where, and why', async () => {
  await using api = await startFakeApi({ runs: [anUndoneRun()], forksFrom: 'reserve' });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'fork', runId, '--from', 'ship'], { cwd: place.folder });
  expect(stdout).toContain(
    'goes its own way from reserve on.\n' +
      'Not from ship on: reserve was begun before it and has been undone, so what came after it is not kept.\n' +
      'Kept, since it had ended before reserve was begun: quote.\n',
  );
});

test('a fork from an undo tells what the server says of it, and proposes no undo', async () => {
  const refusal = new PerdureError('invalid_input', 'An undo is no step to fork from.', {
    details: { field: 'body.from' },
  });
  await using api = await startFakeApi({ runs: [anUndoneRun()], refusesForks: refusal });
  using place = createRunningPlace(api);
  const { code, stderr } = await cli(['runs', 'fork', runId, '--from', 'undo/charge'], { cwd: place.folder });
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'perdure: An undo is no step to fork from.\n' });
});

test('what was in flight when a run ended was cancelled then, and its time does not grow', async () => {
  const detail = { wait: 'w', question: 'Which city?' };
  const steps = [
    aStep('slow', { status: 'started', endedAt: undefined, result: undefined }),
    aStep('city', { kind: 'human', status: 'started', detail, endedAt: undefined, result: undefined }),
  ];
  await using api = await startFakeApi({ runs: [{ ...aFinishedRun(), steps }] });
  using place = createRunningPlace(api);
  const show = async (id: string) => (await cli(['runs', 'show', id], { cwd: place.folder })).stdout;
  expect(await show(runId)).toContain('  slow  step   cancelled  3.1 s\n  city  human  cancelled  3.1 s\n');
  expect(await show(`${runId}/city`)).toMatch(/city {2}human {2}cancelled {2}3\.1 s\n$/);
});
