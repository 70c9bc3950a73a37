/** The command that brings a family to another release of OpenClaw. */

import { leaf, type Declaration } from '../cli/declaration.ts';
import type { UpgradeOptions } from './upgrade.ts';

export function declareUpgrade({ program: family, rim, run }: Omit<Declaration, 'words'>): void {
  leaf(family, 'upgrade [handle...]', {
    summary: 'Bring members to another OpenClaw: one first, then the others; put back where one is not well',
    example: 'perdure family upgrade --openclaw ~/openclaw-2026.9.6/node_modules/.bin/openclaw',
  })
    .option('--family <name>', 'the family (default: the only one, or that of who is named)')
    .option('--canary <handle>', 'who is first (default: who runs, does not lead, and has the fewest tasks)')
    .option('--openclaw <path>', 'which OpenClaw (default: the one on the PATH of the server)')
    .option('--yes', 'as planned')
    .option('--no-wait', 'do not wait for the end')
    .action(
      run(async (handles: readonly string[], options: UpgradeOptions) =>
        (await import('./upgrade.ts')).upgrade(rim, handles, options),
      ),
    );
}
