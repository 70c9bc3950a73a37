/**
 * `write-file`: a whole file in the run's workspace, or none of it. The text goes through a file named after the call,
 * so what an attempt that died left behind is taken away by the next one.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { functionTool } from '../function-tool.ts';
import { askFiles } from './ask-files.ts';

const mostBytes = 1024 * 1024;

export const writeFile = functionTool({
  id: 'write-file',
  description:
    'Writes a text file in the workspace of this run; folders on the way are made, and a file of that name is replaced as a whole. ' +
    'Use it to keep results, notes and drafts. It takes at most 1 MiB of text, and it cannot append: read first what you want to keep.',
  input: z.object({
    path: z.string().min(1).max(1_024).describe('Relative to the workspace, such as notes/plan.md.'),
    content: z
      .string()
      .max(mostBytes)
      // Characters are not bytes.
      .refine((text) => Buffer.byteLength(text) <= mostBytes, 'at most 1 MiB in UTF-8')
      .describe('The whole text of the file.'),
  }),
  output: z.object({ path: z.string(), bytes: z.int() }),
  effect: 'idempotent',
  run: ({ path, content }, call) => {
    const temporary = temporaryName(call.idempotencyKey);
    return askFiles<{ path: string; bytes: number }>({ operation: 'write', path, content, temporary }, call);
  },
});

function temporaryName(idempotencyKey: string): string {
  return `.perdure-${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 16)}.tmp`;
}
