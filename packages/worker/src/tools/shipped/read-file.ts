/** `read-file`: text of a file in the run's workspace, a piece at a time. */

import { z } from 'zod';
import { functionTool } from '../function-tool.ts';
import { askFiles } from './ask-files.ts';
import type { FilePiece } from './file-operations.ts';

export const readFile = functionTool({
  id: 'read-file',
  description:
    'Reads a text file in the workspace of this run. Use it to look at files that were written or downloaded there; `list-files` shows which there are. ' +
    'It reads at most 1 MiB at a time: for the rest, call it again with `offset` set to the `nextOffset` of the answer. It reads UTF-8 text only and follows no links.',
  input: z.object({
    path: z.string().min(1).max(1_024).describe('Relative to the workspace, such as notes/plan.md.'),
    offset: z.int().min(0).default(0).describe('The byte to start at.'),
  }),
  output: z.object({
    text: z.string(),
    size: z.int().describe('Of the whole file, in bytes.'),
    nextOffset: z.int().optional().describe('Absent where the text reaches the end of the file.'),
  }),
  effect: 'pure',
  run: ({ path, offset }, call) => askFiles<FilePiece>({ operation: 'read', path, offset }, call),
});
