/**
 * Bundles the command line into `dist/cli.js` and chunks that load when needed. The launcher and the server's rooms
 * stay outside: `perdure up` starts their processes from their own files.
 */

import { defineConfig, type Plugin } from 'rolldown';

/**
 * An import of one of Node's own modules reads all of its exports, also those that Node itself would load when they are
 * first used: for `node:fs` and `node:util` that costs as much as a write to the database, and `node:process` opens all
 * three standard streams. A call of `getBuiltinModule` reads only what is named. What is in `late` is slow whatever is
 * read of it, and is loaded by the first call.
 */
const builtinsAsNeeded: Plugin = {
  name: 'builtins-as-needed',
  renderChunk: (code) =>
    code.replaceAll(
      /^import (?:([\w$]+)(?:, )?)?(?:\{([^}]+)\})? ?from "(node:[\w/]+)";$/gm,
      (_, whole: string | undefined, names: string | undefined, id: string) =>
        [...wholeOf(whole, id), ...namedOf(names, id)].join('\n'),
    ),
};

const late: ReadonlySet<string> = new Set(['node:child_process', 'node:crypto']);
const builtin = (id: string) => `globalThis.process.getBuiltinModule("${id}")`;

function wholeOf(local: string | undefined, id: string): readonly string[] {
  if (local === undefined) return [];
  return [
    `const ${local} = ${late.has(id) ? `new Proxy({}, { get: (_, name) => ${builtin(id)}[name] })` : builtin(id)};`,
  ];
}

/** `names` is as in the import: `a, b as c`. Of a late module they are functions. */
function namedOf(names: string | undefined, id: string): readonly string[] {
  if (names === undefined) return [];
  if (!late.has(id)) return [`const {${names.replaceAll(' as ', ': ')}} = ${builtin(id)};`];
  const pairs = [...names.matchAll(/([\w$]+)(?: as ([\w$]+))?/g)];
  return pairs.map(([, name = '', local = name]) => `const ${local} = (...given) => ${builtin(id)}.${name}(...given);`);
}

/** The list of the tools for MCP: to make it takes longer than to answer with it, and loads all that the tools need. */
const toolListMade: Plugin = {
  name: 'tool-list-made',
  load: {
    filter: { id: /\/tasks\/src\/mcp\/listed-tools\.ts$/ },
    async handler(id) {
      const { listedTools } = (await import(id)) as { readonly listedTools: object };
      return `export const listedTools = JSON.parse(${JSON.stringify(JSON.stringify(listedTools))});`;
    },
  },
};

/**
 * The package of the Model Context Protocol builds the schemas of all its messages when it is loaded, used or not, and
 * a table of them by name: twice the time of the rest of a start. So a schema nobody names is left out, which a bundler
 * dares not where a function makes it, and so is the table.
 */
const protocolAsNeeded: Plugin = {
  name: 'protocol-as-needed',
  transform: {
    filter: { id: /@modelcontextprotocol\/(core|server)\/dist\/.*\.mjs$/ },
    handler(code) {
      const edits = this.parse(code).body.flatMap((statement) => {
        if (statement.type === 'ForOfStatement') return [{ ...statement, text: () => '' }];
        if (statement.type !== 'VariableDeclaration') return [];
        return statement.declarations
          .flatMap(({ init }) => (init?.type === 'CallExpression' || init?.type === 'NewExpression' ? [init] : []))
          .map((init) => ({ ...init, text: (made: string) => `/* @__PURE__ */ (() => ${made})()` }));
      });
      return edits.reduceRight(
        (text, { start, end, text: of }) => text.slice(0, start) + of(text.slice(start, end)) + text.slice(end),
        code,
      );
    },
  },
};

/**
 * Small modules that nearly every command needs, in one file with the command table: opening a file costs more than
 * reading it. The manifest of the package is none of them: the version is answered from it before anything else loads,
 * and compiled code is not yet taken from where it is kept.
 */
const base = [
  /node_modules\/commander\//,
  /contract\/src\/(errors\/(catalogue|error|general|thrown)|[\w-]+\/[\w-]*errors|(runs|tasks)\/status|hub\/(length|tasks\/task-status|vault\/vault-roles)|models\/api|tasks\/(lane-status|reports|task-id)|values\/(compact|json|short-sha256))\.ts$/,
  /home\/src\/(duration|layout|locate|process-(ancestry|identity)|settings-table)\.ts$/,
  /perdure\/src\/(commands|cli\/(caller|declaration|failure|place|given-text|options|output|program|run-cli|system-failure)|\w+\/declare|compat\/scripts)/,
  /perdure\/src\/(skills\/(openclaw-workspace|places)|tasks\/(agreement|field-flags|parse|write-flags)|waits\/answer-flags|runs\/run-flags)/,
  /perdure\/src\/text\/(format|harmless-sink|hint|near-words|paint|visible|width)\.ts$/,
];

/** What a write to a task needs besides, in one file as well: agents make hundreds of them. */
const taskWrites = [
  /contract\/src\/values\/exact-json\.ts$/,
  /home\/src\/(check-root|ensure-home|files|folders|holder-process|machine|root-(refusal|stamp)|whose-root)\.ts$/,
  /db\/src\/(errors|group-commit|lock-budget|migrate|open|place|read)\.ts$/,
  /tasks\/src\/core\/(actors|answers|classify|context-guard|decide|deliver|draft|event-pages|evolve|gate|lane-(brief|return)|lanes|lease|outbox|pending|reconcile|report-(draft|reasons|text)|resume-(right|table)|select|sha256|status-line|steering|time|touched|transition|upcast|waiting|write)[\w-]*\.ts$/,
  /tasks\/src\/(store|mirror)\/(?!archive|search)[\w-]+\.ts$/,
  /tasks\/src\/original\/(deep-json|times|lanes|snapshot|log-lines|export-original)\.ts$/,
  /tasks\/src\/desk\/(kept-token|progress|write)\.ts$/,
  /perdure\/src\/tasks\/(kept-tokens|open-tasks|progress|refusal|writer)\.ts$/,
];

export default defineConfig({
  input: { cli: 'src/main.ts' },
  platform: 'node',
  preserveEntrySignatures: false,
  external: [/^@perdure\/(launcher|worker)(\/|$)/],
  plugins: [builtinsAsNeeded, toolListMade, protocolAsNeeded],
  // What it brings for Node loads a validator of JSON Schema, which only those need who ask people.
  resolve: { alias: { '@modelcontextprotocol/server/_shims': new URL('protocol-shims.ts', import.meta.url).pathname } },
  treeshake: {
    // Building zod schemas costs as much time as the rest of a start; a module none of whose exports is used is left
    // out.
    moduleSideEffects: [
      { test: /\/node_modules\/@modelcontextprotocol\//, sideEffects: false },
      { test: /\/packages\/((contract|db|home|models|sdk|tasks)\/src|perdure\/src\/(?!main\.ts))/, sideEffects: false },
    ],
  },
  output: {
    dir: 'dist',
    format: 'esm',
    minify: true,
    cleanDir: true,
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: 'base', test: (id) => base.some((pattern) => pattern.test(id)) },
        { name: 'task-writes', test: (id) => taskWrites.some((pattern) => pattern.test(id)) },
      ],
    },
  },
});
