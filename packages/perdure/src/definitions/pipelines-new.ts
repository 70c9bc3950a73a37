/** `perdure pipelines new`: a pipeline that runs as it is and shows a step, a retry and a log line. */

import { join } from 'node:path';
import { namePattern, PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { writeNewFile } from '../cli/write-new-file.ts';

export async function newPipeline(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  if (!namePattern.test(id)) {
    throw new PerdureError('usage', `"${id}" cannot name a pipeline: use lower-case letters, digits and dashes.`);
  }
  const file = join(await findProjectFolder(rim, options), 'pipelines', `${id}.ts`);
  writeNewFile(file, pipelineTemplate(id));
  printData(rim, options, { id, file }, () => `Wrote ${file}\n\nNext\n  Edit it, then: perdure pipelines check`);
  return 0;
}

/** Takes a prompt, so that `perdure run <id> "…"` works at once. */
export function pipelineTemplate(id: string): string {
  return `import { definePipeline, z } from 'perdure';

export default definePipeline({
  id: '${id}',
  description: 'Greets whoever the prompt names.',
  input: z.strictObject({ prompt: z.string().min(1) }),
  output: z.object({ greeting: z.string(), at: z.string() }),
  async run(ctx, input) {
    // Each step is recorded under its key before the next one starts: whatever dies, a finished step is never done
    // again.
    const greeting = await ctx.step('greet', () => \`Hello, \${input.prompt}!\`, { retry: { attempts: 3 } });
    ctx.log('greeted', { length: greeting.length });
    return { greeting, at: new Date(await ctx.now('at')).toISOString() };
  },
});
`;
}
