/**
 * The tools that ship. Two are off until somebody decides otherwise: `shell` runs whatever a model writes, and
 * `sql-query` needs a database. They are listed all the same, with what switches them on, and refuse to run.
 */

import { createHash } from 'node:crypto';
import { compact } from '@perdure/contract';
import { z } from 'zod';
import type { FunctionTool, LoadedTool, Tool } from '../tool.ts';
import { askHuman } from './ask-human.ts';
import { createHttpGet } from './http-get.ts';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { createShell } from './shell.ts';
import { createSqlQuery } from './sql-query.ts';
import { writeFile } from './write-file.ts';

export interface ShippedToolOptions {
  /** Names of the tools to switch on, of those that ship switched off. */
  readonly enabled: ReadonlySet<string>;
  /** Path of the SQLite file that `sql-query` reads; absent or empty: there is none. */
  readonly sqlDatabase?: string;
  /** Of Perdure: with the id it makes the hash of a tool. */
  readonly version: string;
}

const shellRemedy =
  'The tool `shell` is switched off; set `PERDURE_ENABLED_TOOLS=shell` (or `tools.enabled: [shell]` in perdure.config.yaml) and start again.';
const sqlRemedy =
  'The tool `sql-query` has no database; set `PERDURE_SQL_DATABASE=/path/to/file.db` (or `tools.sqlDatabase` in perdure.config.yaml) and start again.';

/** Ordered by id. */
export function createShippedTools({ enabled, sqlDatabase = '', version }: ShippedToolOptions): readonly LoadedTool[] {
  const load = (tool: Tool): LoadedTool => ({ tool, entry: entryOf(tool, { version, remedy: undefined }) });
  const loadOff = (tool: FunctionTool, remedy: string): LoadedTool => ({
    tool: switchedOff(tool, remedy),
    entry: entryOf(tool, { version, remedy }),
  });
  const shell = createShell();
  const sqlQuery = createSqlQuery({ database: sqlDatabase });
  return [
    load(askHuman),
    load(createHttpGet()),
    load(listFiles),
    load(readFile),
    enabled.has(shell.id) ? load(shell) : loadOff(shell, shellRemedy),
    sqlDatabase === '' ? loadOff(sqlQuery, sqlRemedy) : load(sqlQuery),
    load(writeFile),
  ];
}

/**
 * Refuses by itself as well, and asks nobody for an approval of nothing: whoever forgets to look at `enabled` runs
 * nothing.
 */
function switchedOff(tool: FunctionTool, remedy: string): FunctionTool {
  return { ...tool, confirm: false, off: remedy, run: () => Promise.resolve({ success: false, errorMessage: remedy }) };
}

interface EntryFacts {
  readonly version: string;
  /** Given for a tool that is switched off. */
  readonly remedy: string | undefined;
}

function entryOf(tool: Tool, { version, remedy }: EntryFacts): LoadedTool['entry'] {
  const { id, description } = tool;
  const isFunction = tool.kind === 'function';
  return {
    id,
    description,
    origin: 'shipped',
    effect: isFunction ? tool.effect : 'pure',
    confirm: isFunction && tool.confirm === true,
    verifies: isFunction && tool.verify !== undefined,
    enabled: remedy === undefined,
    ...compact({ remedy }),
    input: z.toJSONSchema(tool.input, { io: 'input' }),
    output: z.toJSONSchema(tool.output),
    hash: createHash('sha256').update(`${id}@${version}`).digest('hex'),
  };
}
