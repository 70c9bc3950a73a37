/** What only some may name, and what rooms may see of each other where that is less than all. */

/** Packages of others that only certain files may name: vendor types stop there. */
export const confined: readonly (readonly [vendor: RegExp, files: RegExp, because: string])[] = [
  [
    /^@mastra\//,
    /^(packages\/worker\/src\/agents\/mastra\.ts|bench\/models\/bare-mastra\.ts)$/,
    'Mastra is known to one file of the agents room, and to the peer that the bench measures us against',
  ],
  [
    /^@restatedev\//,
    /^(packages\/engine\/src\/restate\/|bench\/steps\/bare-worker\.ts$)/,
    'Restate is known to its adapter alone, and to the peer that the bench measures us against',
  ],
  [
    /^@modelcontextprotocol\//,
    /^packages\/tasks\/src\/mcp\//,
    'the protocol of MCP is known to the edge that speaks it, and to no tool',
  ],
  [
    /^@babel\//,
    /^packages\/worker\/src\/definitions\/code\//,
    'the tree of a file is known to who looks for calls in it',
  ],
  [
    /^ws$/,
    /^packages\/(server\/(src|test)\/ws|perdure\/src\/chat)\//,
    'sockets are known to who serves them and to who talks',
  ],
  [/^(hono|@hono\/.*)$/, /^packages\/server\/src\/http\//, 'the web framework is known to the http room alone'],
  [/^kysely/, /^packages\/(db|runs\/src\/store)\//, 'SQL is the business of db and of the stores'],
  [
    /^vitest/,
    /\/(conformance(\.ts|\/[a-z-]+\.ts)|after-test\.ts)$/,
    'tests lie in test folders; what they share is the exception',
  ],
  [
    /^node:sqlite$/,
    /^packages\/(db\/src|home\/src\/lock|runs\/src\/store\/|worker\/src\/tools\/shipped\/sql-query)/,
    'our database is opened in one place, and that of `sql-query` by its own process',
  ],
];

/** Where SQL is written, or a connection is used. */
export const sqlRooms: readonly RegExp[] = [
  /^packages\/db\/src\//,
  /^packages\/runs\/src\/store\//,
  /^packages\/tasks\/src\/store\//,
  /^packages\/models\/src\/store\//,
  /^packages\/hub\/src\/store\//,
  /^packages\/hub\/src\/look\//,
  /^packages\/fleet\/src\/store\//,
  /^packages\/home\/src\/lock\.ts$/,
  /^packages\/worker\/src\/tools\/shipped\/sql-query-process\.ts$/,
];

/** What one room may see of another, where that is less than all. */
export const doors: readonly (readonly [from: RegExp, into: RegExp, only: RegExp, because: string])[] = [
  [
    /^packages\/runs\/src\/store\//,
    /^packages\/runs\/src\/desk\//,
    /\/ports\.ts$/,
    'a store implements what the desk asks for, and knows nothing else of it',
  ],
  [
    /^packages\/perdure\/src\/[a-z]+\/view[^/]*\.ts$/,
    /^packages\/perdure\/src\/(cli|client)\//,
    /^$/,
    'a view is text: it is read, tested and moved without a terminal or a server',
  ],
];

/** What a process must not load, whatever leads there: its entry, and packages of others. */
export const kept: readonly (readonly [entry: string, not: RegExp, because: string])[] = [
  [
    'packages/server/src/main.ts',
    /^(@mastra\/|@restatedev\/|commander$)/,
    'the server loads neither the agent framework nor what the worker serves the engine with',
  ],
  ['packages/worker/src/main.ts', /^(hono$|@hono\/|commander$)/, 'the worker has no HTTP API'],
  [
    'packages/launcher/src/index.ts',
    /^(hono$|@hono\/|@mastra\/|@restatedev\/)/,
    'the launcher starts what it does not load',
  ],
  [
    'packages/perdure/src/index.ts',
    /^(?!zod$)[a-z@]/,
    'user code that imports the authoring API gets zod with it, and nothing of ours that runs',
  ],
];
