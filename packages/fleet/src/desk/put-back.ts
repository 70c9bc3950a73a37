/** A home as it lies in an archive, put where another is. Secrets stay: no archive holds them. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exchangeHome, unpackHome } from '../home/index.ts';
import { secretsFile } from '../openclaw/index.ts';
import type { StepWork } from './ports.ts';
import { readSecrets, writeSecrets } from './secrets.ts';

/** @throws PerdureError where the archive is not whole, or not of this agent */
export async function putHomeBack({ gateway }: StepWork, archive: string): Promise<void> {
  const { home, principalId } = gateway;
  await exchangeHome(gateway, async (into, before) => {
    await unpackHome({ archive, principalId, into, home, isPutBack: true });
    await rm(join(into, secretsFile), { recursive: true, force: true });
    const secrets = before === undefined ? undefined : readSecrets(before);
    if (secrets !== undefined) writeSecrets(into, secrets);
  });
}
