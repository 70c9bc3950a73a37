import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { afterAll } from 'vitest';
import { programConformance } from './conformance.ts';
import { releasesConformance } from './releases-conformance.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const plugin = join(import.meta.dirname, '..', '..', '..', '..', 'plugins', 'openclaw');

programConformance('the fake', async () => ({ program: installFakeOpenclaw(folder), plugin }));

releasesConformance('two fakes', async () => {
  const [older, newer] = ['2026.8.2', '2026.9.6'].map((version) =>
    installFakeOpenclaw(mkdtempSync(join(folder, version)), { version }),
  );
  if (older === undefined || newer === undefined) throw new Error('there are two');
  return { older, newer, plugin };
});
