/** Commands by which other tools get to know Perdure: the MCP server, and the skills. */

import type { McpOptions } from './mcp.ts';
import { leaf, type Declaration } from '../cli/declaration.ts';
import { declareSkills } from '../skills/declare.ts';

export function declareForTools(declaration: Declaration): void {
  const { program, rim, run } = declaration;
  leaf(program, 'mcp', {
    summary: 'Serve the tools of durable tasks to an MCP client on stdin and stdout',
    example: 'perdure mcp --tools standard',
  })
    .option('--tools <choice>', 'core, standard, all, or names separated by commas', 'core')
    .action(run(async (options: McpOptions) => (await import('./mcp.ts')).mcp(rim, options)));
  declareSkills(declaration);
}
