/** Durable tasks as an MCP server. */

export type { ToolHost } from './host.ts';
export { createMcpHttp } from './http.ts';
export type { McpHttp, McpHttpOptions } from './http.ts';
export { instructionsFor, instructionsLimit, keyRule } from './instructions.ts';
export { chooseTools } from './choose-tools.ts';
export { createMcpServer } from './server.ts';
export type { ToolListing, McpServer, McpServerOptions, ToolResult } from './server.ts';
export { serveStdio } from './stdio.ts';
export type { Streams } from './stdio.ts';
export type { ListedTool } from './listing.ts';
