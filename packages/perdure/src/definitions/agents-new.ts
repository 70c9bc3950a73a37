/** `perdure agents new`: an AGENT.md that passes the check, to be edited. */

import { join } from 'node:path';
import { namePattern, PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { writeNewFile } from '../cli/write-new-file.ts';

export async function newAgent(rim: Rim, name: string, options: CommonOptions): Promise<number> {
  if (!namePattern.test(name)) {
    throw new PerdureError('usage', `"${name}" cannot name an agent: use lower-case letters, digits and dashes.`);
  }
  const file = join(await findProjectFolder(rim, options), 'agents', name, 'AGENT.md');
  const { agentTemplate } = await import('@perdure/worker/agents');
  writeNewFile(file, agentTemplate(name));
  printData(
    rim,
    options,
    { name, file },
    () =>
      `Wrote ${file}\n\nNext\n  Edit it, then: perdure agents check\n  Try it, while it is up: perdure agents run ${name} "…"`,
  );
  return 0;
}
