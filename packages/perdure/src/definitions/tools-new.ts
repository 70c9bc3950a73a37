/** `perdure tools new`: a tool that passes the check, to be edited. */

import { join } from 'node:path';
import { namePattern, PerdureError } from '@perdure/contract';
import { writeProjectTypes } from '../cli/editor-types.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { writeNewFile } from '../cli/write-new-file.ts';

export async function newTool(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  if (!namePattern.test(id)) {
    throw new PerdureError('usage', `"${id}" cannot name a tool: use lower-case letters, digits and dashes.`);
  }
  const project = await findProjectFolder(rim, options);
  const file = join(project, 'tools', `${id}.ts`);
  const [{ toolTemplate }, { typeSettings }] = await Promise.all([
    import('@perdure/worker/tools'),
    import('@perdure/worker/definitions'),
  ]);
  writeNewFile(file, toolTemplate(id));
  writeProjectTypes(project, typeSettings());
  printData(
    rim,
    options,
    { id, file },
    () => `Wrote ${file}\n\nNext\n  Edit it, name it in an AGENT.md, then: perdure tools check`,
  );
  return 0;
}
