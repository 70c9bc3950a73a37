/**
 * `shell`: a command line in the run's workspace, approved by a person each time. The command has the rights of this
 * account: the workspace is where it starts, not where it is kept. It gets nothing of our environment, which holds
 * keys.
 */

import type { ToolResult } from '@perdure/contract';
import { z } from 'zod';
import { functionTool } from '../function-tool.ts';
import type { FunctionTool } from '../tool.ts';
import { runCommand } from './run-command.ts';

const maxOutputBytes = 256 * 1024;
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin';

const output = z.object({
  exitCode: z.int().describe('0 for success, by custom; 128 plus the number of the signal that ended it.'),
  stdout: z.string(),
  stderr: z.string(),
  truncated: z.boolean().describe('True if the middle of an output was left out.'),
});

export function createShell(): FunctionTool {
  return functionTool({
    id: 'shell',
    description:
      'Runs a command line with /bin/sh in the workspace of this run, after a person has approved it, and returns exit code and output. Use it for what no other tool does. ' +
      'It has no terminal and no input, is killed with all it started after `timeoutSeconds`, and of each output only 256 KiB are kept. What it leaves running in the background ends with it.',
    input: z.object({
      command: z.string().min(1).max(32_768).describe('Never put a secret into it: it is shown and recorded.'),
      timeoutSeconds: z.int().min(1).max(600).default(60),
    }),
    output,
    effect: 'once',
    confirm: true,
    run: async ({ command, timeoutSeconds }, call): Promise<ToolResult<z.infer<typeof output>>> => {
      if (command.includes('\0')) return failed('The command holds a NUL character; leave it out.');
      const cwd = await call.workspace();
      const timeout = AbortSignal.timeout(timeoutSeconds * 1_000);
      const signal = AbortSignal.any([call.signal, timeout]);
      if (signal.aborted)
        return failed('The command was not started, since the run was stopped; there is nothing to do.');
      const env = { PATH: path, HOME: cwd, LANG: 'C.UTF-8' };
      const data = await runCommand(command, { cwd, env, maxOutputBytes, signal });
      if (call.signal.aborted)
        return failed('The command was killed, since the run was stopped; there is nothing to do.');
      if (timeout.aborted)
        return failed(
          `The command did not end within ${timeoutSeconds} s and was killed with all it had started; allow more time, or do less at once. ` +
            `Its last words: ${(data.stdout + data.stderr).slice(-2_000)}`,
        );
      return { success: true, data };
    },
  });
}

function failed(errorMessage: string): ToolResult<never> {
  return { success: false, errorMessage };
}
