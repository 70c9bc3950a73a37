/** `list-files`: what lies in the run's workspace. Links are shown, never followed. */

import { z } from 'zod';
import { functionTool } from '../function-tool.ts';
import { askFiles } from './ask-files.ts';
import type { FileListing } from './file-operations.ts';

const entry = z.object({
  path: z.string().describe('Relative to the workspace.'),
  type: z.enum(['file', 'folder', 'link', 'other']),
  size: z.int().optional().describe('Of a file, in bytes.'),
});

export const listFiles = functionTool({
  id: 'list-files',
  description:
    'Lists the files and folders in the workspace of this run, with those in folders below. Use it to find out what there is before you read or write. ' +
    'It shows at most 1,000 entries in the order of their names; links are shown and not followed.',
  input: z.object({
    path: z
      .string()
      .max(1_024)
      .default('.')
      .describe('A folder relative to the workspace; the workspace itself if absent.'),
  }),
  output: z.object({
    entries: z.array(entry),
    truncated: z.boolean().describe('True if there are more; list a folder below to see them.'),
  }),
  effect: 'pure',
  run: ({ path }, call) => askFiles<FileListing>({ operation: 'list', path }, call),
});
