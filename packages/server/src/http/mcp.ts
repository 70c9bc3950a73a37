/**
 * `/mcp`: the tools of tasks for clients of the Model Context Protocol, over Streamable HTTP. It is in no table of
 * routes, for the protocol has its own: one address, and errors in its own form. Address and key are asked as
 * everywhere.
 */

import { PerdureError } from '@perdure/contract';
import type { McpServing } from './ports.ts';

export const mcpPath = '/mcp';
const defaultTools = 'core';

/** @throws PerdureError for a query that means nothing */
export async function answerMcp(mcp: McpServing, request: Request): Promise<Response> {
  const given = new URL(request.url).searchParams;
  const unknown = [...given.keys()].find((name) => name !== 'tools');
  if (unknown !== undefined) {
    const problem = `There is no query parameter ${JSON.stringify(unknown.slice(0, 100))} here: known is tools.`;
    throw new PerdureError('invalid_input', problem, { details: { field: `query.${unknown.slice(0, 100)}` } });
  }
  return await mcp.fetch(request, given.get('tools') ?? defaultTools);
}
