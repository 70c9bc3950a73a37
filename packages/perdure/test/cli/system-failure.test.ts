import { expect, test } from 'vitest';
import { systemFailure } from '../../src/cli/system-failure.ts';

const failed = (facts: object) => Object.assign(new Error('said by the system'), facts);

test.each([
  ['a full disk', { code: 'ENOSPC', path: '/state/x' }, 'storage_full', '(/state/x); free some space'],
  ['a database that meets one', { errcode: 13, code: 'ERR_SQLITE_ERROR' }, 'storage_full', 'free some space'],
  ['a read-only file system', { code: 'EROFS' }, 'storage_read_only', 'make it writable'],
  ['too many open files', { code: 'EMFILE' }, 'unavailable', 'ulimit -n'],
])('%s is told in words of ours', (_what, facts, code, words) => {
  expect(systemFailure(failed(facts))).toMatchObject({ code, message: expect.stringContaining(words) });
});

test.each([undefined, 'text', failed({ code: 'EPIPE' }), failed({ code: 'usage' })])(
  'leaves alone what it does not know',
  (error) => {
    expect(systemFailure(error)).toBe(error);
  },
);
