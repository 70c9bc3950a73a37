import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { taken } from '../../src/store/conformance/world.ts';
import { openVaultWorld, token } from '../../src/store/vault/conformance/world.ts';
import { openVaultSqlite } from './vault-sqlite.ts';

const kills = 5;
const program = join(import.meta.dirname, 'busy-vault.ts');

it(
  'what was acknowledged opens after each kill -9 amid rotations and new keys of the vault',
  { timeout: 60_000 },
  async () => {
    const opened = await openVaultSqlite();
    const { vaults, owner, ada, vaultId, put, read } = await openVaultWorld(async () => opened);
    taken(await vaults.addMember(ada, { vaultId, principalId: owner.id, role: 'admin', now: 5 }));
    const { id } = await put('GitHub', { fields: [token('first')] });
    for (let n = 1; n <= kills; n += 1) {
      const child = spawn(execPath, [program, opened.database.path, vaultId, id], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let acknowledged = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        if (acknowledged % 7 === n) break;
      }
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      const after = taken(await read(ada, id));
      expect(after.version).toBeGreaterThanOrEqual(acknowledged);
      expect(after.fields['token']).toMatch(/^value \d+$/);
    }
  },
);
