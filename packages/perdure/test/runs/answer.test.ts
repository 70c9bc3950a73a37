import { describe, expect, test } from 'vitest';
import { aWait, decisionSchema, runId, waitId } from '../builders.ts';
import { answered, otherWait, withWaits } from '../with-waits.ts';

describe('perdure runs answer', () => {
  test('answers the one question of a run', async () => {
    const { code, stdout, answers } = await withWaits([aWait()], ['runs', 'answer', '019a1b2c-3d4e', 'Oslo']);
    expect({ code, answers }).toEqual({ code: 0, answers: ['Oslo'] });
    expect(stdout).toContain('Answered: Which city?');
    const review = await withWaits([aWait({ answerSchema: decisionSchema })], ['runs', 'answer', runId, '--approve']);
    expect(review.answers).toEqual([{ verdict: 'approved', feedback: '' }]);
  });

  test('of a run that asks several answers none, and lists them with the commands', async () => {
    const waits = [aWait(), aWait({ id: otherWait, question: 'Approved?', answerSchema: decisionSchema })];
    const { code, stdout, stderr, answers } = await withWaits(waits, ['runs', 'answer', runId, 'Oslo']);
    expect({ code, stdout, answers }).toEqual({ code: 8, stdout: '', answers: [] });
    expect(stderr).toContain('perdure waits answer 019a1b2c-4445 --approve\n');
    expect(stderr).toContain('asks 2 questions');
    const json = await withWaits(waits, ['runs', 'answer', runId, 'Oslo', '--json']);
    expect(JSON.parse(json.stderr)).toMatchObject({
      code: 'conflict',
      details: {
        waits: [{ id: waitId }, { id: otherWait, commands: [expect.stringContaining('--approve'), expect.anything()] }],
      },
    });
  });

  test('of a run that asks nothing says where to look', async () => {
    const { code, stderr } = await withWaits([aWait({ answered })], ['runs', 'answer', runId, 'Oslo']);
    expect(code).toBe(8);
    expect(stderr).toContain(`\`perdure runs show ${runId}\``);
  });
});
