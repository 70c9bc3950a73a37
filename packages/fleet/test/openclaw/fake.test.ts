import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { afterAll } from 'vitest';
import { programConformance } from './conformance.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const plugin = join(import.meta.dirname, '..', '..', '..', '..', 'plugins', 'openclaw');

programConformance('the fake', async () => ({ program: installFakeOpenclaw(folder), plugin }));
