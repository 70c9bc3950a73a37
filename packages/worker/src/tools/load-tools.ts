/**
 * What makes a file in `tools/` a tool, and the tools of a project beside the ones that ship. A project's tool hides
 * the shipped one of its name, also when it is refused. How files are found and imported: `definitions/module.ts`.
 */

import {
  compact,
  toolEffects,
  type WantedSecret,
  type DefinitionNote,
  type DefinitionProblem,
  type ToolDefinition,
} from '@perdure/contract';
import {
  describeSchemas,
  idMismatch,
  isSchema,
  loadDefinitions,
  type DefinitionModule,
  type ReadOutcome,
} from '../definitions/module.ts';
import type { DefinitionRoot } from '../definitions/roots.ts';
import type { FunctionTool, LoadedTool } from './tool.ts';

export interface LoadedTools {
  readonly tools: readonly LoadedTool[];
  readonly problems: readonly DefinitionProblem[];
  readonly notes: readonly DefinitionNote[];
  /** Every id that is taken, those of refused files included. */
  readonly ids: ReadonlySet<string>;
}

/** The tools below `roots`, then those of `shipped` whose names they leave free. */
export async function loadTools(
  roots: readonly DefinitionRoot[],
  shipped: readonly LoadedTool[],
): Promise<LoadedTools> {
  const { loaded, problems, notes, ids } = await loadDefinitions(roots, { kind: 'tool', read: readTool });
  const tools = [...loaded, ...shipped.filter(({ entry }) => !ids.has(entry.id))];
  return { tools, problems, notes, ids: new Set([...ids, ...shipped.map(({ entry }) => entry.id)]) };
}

function readTool(module: DefinitionModule): ReadOutcome<LoadedTool> {
  const { exported, file, origin, hash } = module;
  if (!isObject(exported))
    return refuse('there is no tool in it; export one by default: `export default defineTool({ … })`');
  const flaw = flawOf(exported, module);
  if (flaw !== undefined) return refuse(flaw);
  const tool = toFunctionTool(exported as unknown as ToolDefinition, hash);
  const schemas = describeSchemas(tool);
  if (schemas.kind === 'refused') return schemas;
  if (schemas.value.input['type'] !== 'object')
    return refuse('its input is not an object, and models call tools with one; make `input` a `z.object({ … })`');
  const { id, description, effect, confirm = false } = tool;
  const verifies = tool.verify !== undefined;
  const wants = compact({ secrets: tool.wants && [...tool.wants] });
  const entry = { id, description, origin, effect, confirm, verifies, enabled: true, hash, ...wants, ...schemas.value };
  const warnings = [...strangeMembers(exported), ...(schemas.warnings ?? [])];
  return { ...schemas, warnings, value: { tool, entry, file } };
}

const members: Readonly<Record<keyof ToolDefinition, true>> = {
  id: true,
  description: true,
  input: true,
  output: true,
  effect: true,
  confirm: true,
  secrets: true,
  run: true,
  verify: true,
};

/** A misspelt `confirm` would let every call pass. */
function strangeMembers(exported: ModuleExport): readonly string[] {
  return Object.keys(exported)
    .filter((name) => !Object.hasOwn(members, name))
    .map((name) => `nothing asks for its member "${name}"; a tool has ${Object.keys(members).join(', ')}.`);
}

type ModuleExport = { readonly [member in keyof ToolDefinition]?: unknown };

/**
 * The first thing that is wrong with what a file exports: user code may be plain JavaScript, so nothing is taken for
 * granted.
 */
function flawOf(exported: ModuleExport, module: DefinitionModule): string | undefined {
  const { id, description, input, output, effect, confirm, run } = exported;
  if (typeof id !== 'string') return `it has no id; give it the id "${module.id}"`;
  const mismatch = idMismatch(id, module);
  if (mismatch !== undefined) return mismatch;
  if (typeof description !== 'string' || description.trim() === '')
    return 'its description is empty, and a model knows a tool by nothing else; say what it does and when to use it';
  if (!isSchema(input)) return 'its input is no zod schema; make it a `z.object({ … })` with `z` from `perdure`';
  if (!isSchema(output)) return 'its output is no zod schema; describe the data it returns with `z` from `perdure`';
  if (!toolEffects.some((known) => known === effect)) {
    const known =
      '`pure` (repeated freely), `idempotent` (repeated with the same key) or `once` (never repeated by itself)';
    return `its effect is ${effect === undefined ? 'missing' : 'unknown'}; say what repeating a call would do: ${known}`;
  }
  if (confirm !== undefined && typeof confirm !== 'boolean')
    return 'its `confirm` is neither true nor false; say `confirm: true` if a person must approve each call';
  if (typeof run !== 'function') return 'it has no `run` function; write `async run(input, call) { … }`';
  return secretsFlaw(exported) ?? verifyFlaw(exported);
}

const secretsHelp = "write `secrets: ['github']`, or `secrets: { github: 'scout-main/github/token' }`";
const mostSecrets = 20;

function secretsFlaw({ secrets }: ModuleExport): string | undefined {
  if (secrets === undefined) return undefined;
  if (typeof secrets !== 'object' || secrets === null)
    return `its \`secrets\` are neither a list nor an object; ${secretsHelp}`;
  const wants = wantsOf({ secrets: secrets as Readonly<Record<string, string>> }) ?? [];
  if (wants.length > mostSecrets) return `it wants more than ${mostSecrets} secrets; make two tools of it`;
  const odd = wants.findIndex(
    ({ name, reference }) => !isReference(reference) || name.trim() === '' || name.length > 200,
  );
  if (odd >= 0) return `secret ${odd + 1} of its \`secrets\` names no item of a vault; ${secretsHelp}`;
  const isTwice = new Set(wants.map(({ name }) => name)).size < wants.length;
  return isTwice ? 'it names a secret twice; leave one of them out' : undefined;
}

/** `<item>`, `<vault>/<item>` or `<vault>/<item>/<field>`. */
function isReference(given: unknown): boolean {
  if (typeof given !== 'string' || given.length > 400 || /\p{Cc}/u.test(given) || !given.isWellFormed()) return false;
  const parts = given.split('/');
  return parts.length <= 3 && parts.every((part) => part.trim() !== '');
}

/** Undefined where it wants none. */
function wantsOf({ secrets = [] }: Pick<ToolDefinition, 'secrets'>): readonly WantedSecret[] | undefined {
  const pairs = isList(secrets) ? secrets.map((reference) => [reference, reference] as const) : Object.entries(secrets);
  return pairs.length === 0 ? undefined : pairs.map(([name, reference]) => ({ name, reference }));
}

const isList = (secrets: object): secrets is readonly string[] => Array.isArray(secrets);

function verifyFlaw({ verify, effect }: ModuleExport): string | undefined {
  if (verify === undefined) return undefined;
  if (typeof verify !== 'function')
    return 'its `verify` is no function; write `async verify(input, call) { … }`, or leave it out';
  if (effect === 'once') return undefined;
  return `its \`verify\` would never be asked, since a call with the effect \`${String(effect)}\` is simply repeated; leave it out, or make the effect \`once\``;
}

/** Its methods are called on the exported object, as its author wrote them. */
function toFunctionTool(definition: ToolDefinition, hash: string): FunctionTool {
  const { id, description, input, output, effect, confirm } = definition;
  return {
    kind: 'function',
    id,
    description,
    input,
    output,
    effect,
    fingerprint: hash,
    ...compact({ confirm, wants: wantsOf(definition) }),
    run: (input, call) => definition.run(input, call),
    ...compact({ verify: definition.verify === undefined ? undefined : definition.verify.bind(definition) }),
  };
}

function isObject(value: unknown): value is ModuleExport {
  return typeof value === 'object' && value !== null;
}

function refuse(why: string): ReadOutcome<never> {
  return { kind: 'refused', why };
}
