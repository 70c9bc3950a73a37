/** The command that serves the tools of durable tasks. */

import { leaf, type Declaration } from '../cli/declaration.ts';
import type { McpOptions } from './mcp.ts';

export function declareMcp({ program, rim, run }: Declaration): void {
  leaf(program, 'mcp', {
    summary: 'Serve the tools of durable tasks to an MCP client on stdin and stdout',
    example: 'perdure mcp --tools standard',
  })
    .option('--tools <choice>', 'core, standard, all, or names separated by commas', 'core')
    .action(run(async (options: McpOptions) => (await import('./mcp.ts')).mcp(rim, options)));
}
