/**
 * `perdure mcp`: the tools of durable tasks for any client of the Model Context Protocol, over stdin and stdout. No
 * server is needed. Stdout belongs to the protocol: whatever else is to be said goes to stderr.
 */

import { Readable } from 'node:stream';
import { identityOf } from '@perdure/home';
import { chooseTools, createMcpServer, serveStdio } from '@perdure/tasks';
import packageJson from '../../package.json' with { type: 'json' };
import { asHolder } from '../cli/caller.ts';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks } from './open-tasks.ts';
import { projectOfTask } from './project-of-task.ts';

export interface McpOptions extends CommonOptions {
  readonly tools: string;
}

/** Serves until the client closes its end, or a signal asks to stop. */
export async function mcp(rim: Rim, options: McpOptions): Promise<number> {
  const tools = chooseTools(options.tools);
  using opened = await openTasks(rim, options);
  const { place } = opened;
  const log = (line: string): void => void rim.stderr.write(`perdure mcp: ${line}\n`);
  const { keptTokens: _, ...shared } = opened;
  const self = identityOf(process.pid);
  const host = {
    ...shared,
    // A server serves one session, and ends with it; the client keeps its tokens.
    process: self && asHolder(self),
    project: projectOfTask(rim, place),
    folder: rim.cwd,
    env: rim.env,
    exclude: [place.paths.root],
    warn: log,
    reportPolicy: async () => await (await import('./policy.ts')).reportPolicy(rim, place),
  };
  const server = createMcpServer({ host, tools, version: packageJson.version });
  const stop = new AbortController();
  const stopListening = rim.onStopSignal(() => {
    stop.abort();
    // Else the process waits for the client to close its end.
    if (rim.stdin instanceof Readable) rim.stdin.destroy();
  });
  try {
    log(`${tools.length} tools on tasks of ${place.paths.root}`);
    await serveStdio(server, { input: rim.stdin, write: (text) => rim.stdout.write(text), signal: stop.signal });
  } finally {
    stopListening();
  }
  return 0;
}
