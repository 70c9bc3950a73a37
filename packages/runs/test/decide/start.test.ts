import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { earlierRun } from '../../src/decide/start.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

describe('an idempotency key', () => {
  it('that nobody has used stands in nobody’s way', () => {
    expect(earlierRun(undefined, 'h')).toBeUndefined();
    expect(earlierRun(undefined, undefined)).toBeUndefined();
  });

  it('with the same request means the run that it brought about', () => {
    expect(earlierRun({ runId: 'a', requestHash: 'h' }, 'h')).toEqual({ kind: 'existing', runId: 'a' });
    expect(earlierRun({ runId: 'a', requestHash: null }, undefined)).toEqual({ kind: 'existing', runId: 'a' });
  });

  it('with another request is refused, and the refusal names the run that has it', () => {
    const refused = { kind: 'key_reused', runId: 'a' };
    expect(earlierRun({ runId: 'a', requestHash: 'h' }, 'other')).toEqual(refused);
    expect(earlierRun({ runId: 'a', requestHash: 'h' }, undefined)).toEqual(refused);
    expect(earlierRun({ runId: 'a', requestHash: null }, 'h')).toEqual(refused);
  });

  it('never brings about a second run, whatever is asked for with it', () => {
    fc.assert(
      fc.property(fc.option(fc.string()), fc.option(fc.string(), { nil: undefined }), (requestHash, asked) => {
        expect(earlierRun({ runId: 'a', requestHash }, asked)).toMatchObject({ runId: 'a' });
      }),
    );
  });
});
