import { errorCatalogue, type ErrorCode } from '@perdure/contract';
import { expect, test } from 'vitest';
import { hintFor } from '../../src/text/hint.ts';

test.each([
  ['conflict', 'x.ts already exists and was left as it is; choose another name.', undefined],
  ['invalid_input', 'ctx.step("a b"): a key is 1 to 100 letters; correct it, then resume the run.', undefined],
  [
    'turns_exhausted',
    'The agent "a" has used its 2 turns; raise maxTurns in its AGENT.md, then retry the run.',
    undefined,
  ],
  [
    'review_exhausted',
    '"b" asks for changes; allow more rounds, or take the last version with onExhausted: "return".',
    undefined,
  ],
  ['not_found', 'There is no run x; `perdure runs list` shows those there are.', undefined],
  ['run_failed', 'no', '`perdure runs show` shows how far it came; `perdure runs retry` goes on from there.'],
  [
    'model_rejected',
    'The model server answered 401.',
    '`perdure models check` tells what the model and its server can do.',
  ],
] as const)('below the error %s "%s" stands: %s', (code, message, hint) => {
  expect(hintFor({ code, message })).toBe(hint);
});

test.each(Object.keys(errorCatalogue) as ErrorCode[])(
  'the hint of %s names the order that the run takes: resume where it needs attention, retry where it failed',
  (code) => {
    const error = { code, message: 'no' };
    expect(hintFor(error, { goesOnBy: 'resume' }) ?? '').not.toContain('runs retry');
    expect(hintFor(error, { goesOnBy: 'retry' }) ?? '').not.toContain('runs resume');
  },
);
