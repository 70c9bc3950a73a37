import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  isPerdureError,
  lostNumber,
  overallHealth,
  PerdureError,
  splitStepId,
  toErrorRecord,
} from '../src/index.ts';

describe('a number that does not survive', () => {
  it.each([
    ['[1e999]', '1e999'],
    ['{"a":{"b":-1E400}}', '-1E400'],
    ['[1, 9007199254740993]', '9007199254740993'],
    ['[0.0000e-1, 1e-999]', '1e-999'],
    ['[1e3, 9007199254740992, 0.1, 1.5e-7, 0e5, 0.30000000000000004, "1e999", "12345678901234567890"]', undefined],
  ])('in %s is %s', (text, lost) => {
    expect(lostNumber(text)).toBe(lost);
  });
});

describe('canonical JSON', () => {
  it('is the same text for equal values, whatever the order of their keys', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, member]) => [key, shuffled(member)]),
      );
    };
    assert(property(jsonValue(), (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  it('differs for different values', () => {
    expect(canonicalJson({ a: 1 })).not.toBe(canonicalJson({ a: '1' }));
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});

describe('errors', () => {
  it('are recognised by their code, also after a journey through JSON', () => {
    const error = new PerdureError('not_found', 'gone', { details: { id: 1 } });
    const travelled = JSON.parse(JSON.stringify(toErrorRecord(error, 'internal'))) as unknown;
    expect(isPerdureError(error, 'not_found')).toBe(true);
    expect(isPerdureError(travelled, 'not_found')).toBe(true);
    expect(isPerdureError(travelled, 'conflict')).toBe(false);
  });

  it('of others become the code that the caller names, never one that they happen to carry', () => {
    const foreign = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    const tricky = Object.assign(new Error('x'), { code: 'toString' });
    expect(toErrorRecord(foreign, 'step_failed')).toEqual({ code: 'step_failed', message: 'no such file' });
    expect(isPerdureError(tricky)).toBe(false);
  });
});

describe('ids and health', () => {
  it('splits a step id at its first slash, since keys hold more of them', () => {
    expect(splitStepId('run/review/1/reviewer')).toEqual({ runId: 'run', stepKey: 'review/1/reviewer' });
    expect(splitStepId('run')).toEqual({ runId: 'run', stepKey: undefined });
  });

  it('is degraded, not down, when only the model is', () => {
    const [ok, down] = [{ status: 'ok', detail: '' } as const, { status: 'down', detail: '' } as const];
    expect(overallHealth({ engine: ok, database: ok, worker: ok, model: down })).toBe('degraded');
    expect(overallHealth({ engine: ok, database: ok, worker: down, model: ok })).toBe('down');
    expect(overallHealth({ engine: ok, database: ok, worker: ok, model: ok })).toBe('ok');
  });
});
