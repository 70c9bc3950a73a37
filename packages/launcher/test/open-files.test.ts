import { describe, expect, it } from 'vitest';
import { openFilesIn, refuseFewOpenFiles } from '../src/open-files.ts';

const limits = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units
Max processes             63433                63433                processes
Max open files            ${soft.padEnd(20)} 4096                 files
`;

describe('the limit of open files', () => {
  it('is refused in a sentence that says what to do where it is too low', () => {
    expect(() => refuseFewOpenFiles(() => limits('64'))).toThrow(/64 files open here.*256.*ulimit -n/);
    expect(() => refuseFewOpenFiles(() => limits('256'))).not.toThrow();
    expect(() => refuseFewOpenFiles()).not.toThrow();
  });

  it('is not known everywhere', () => {
    expect([openFilesIn(''), openFilesIn(limits('unlimited')), openFilesIn(limits('1024'))]).toEqual([
      undefined,
      undefined,
      1_024,
    ]);
  });
});
