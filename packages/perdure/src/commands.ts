/**
 * All commands, by the nouns that declare them. The frame in `cli/` knows none of them, and none of them another but
 * where a run asks a question.
 */

import type { CommandTable } from './cli/program.ts';
import { declareChat } from './chat/declare.ts';
import type { Rim } from './cli/rim.ts';
import { runCli } from './cli/run-cli.ts';
import { declareCompat } from './compat/declare.ts';
import { declareDefinitions } from './definitions/declare.ts';
import { declareFamilies } from './families/declare.ts';
import { declareHooks } from './hooks/declare.ts';
import { declareHub } from './hub/declare.ts';
import { declareInstance } from './instance/declare.ts';
import { declareModels } from './models/declare.ts';
import { declareRuns, sampleRun } from './runs/declare.ts';
import { declareSkills } from './skills/declare.ts';
import { declareMcp } from './tasks/declare-mcp.ts';
import { declareTasks } from './tasks/declare.ts';
import { declareVault } from './vault/declare.ts';
import { declareWaits } from './waits/declare.ts';

export const commandTable: CommandTable = {
  families: [
    {
      names: ['up', 'down', 'status', 'key', 'init', 'backup', 'restore', 'trust', 'config'],
      declare: declareInstance,
    },
    { names: ['run', 'runs'], declare: declareRuns },
    { names: ['waits'], declare: declareWaits },
    { names: ['agents', 'pipelines', 'tools'], declare: declareDefinitions },
    { names: ['models'], declare: declareModels },
    { names: ['task'], declare: declareTasks },
    { names: ['mcp'], declare: declareMcp },
    {
      names: ['open', 'sessions', 'principals', 'keys', 'channels', 'messages', 'drive', 'assignments'],
      declare: declareHub,
    },
    { names: ['chat'], declare: declareChat },
    { names: ['family'], declare: declareFamilies },
    { names: ['vault'], declare: declareVault },
    { names: ['skills'], declare: declareSkills },
    { names: ['hooks', 'hook'], declare: declareHooks },
    { names: ['compat'], declare: declareCompat },
  ],
  samples: ['perdure up', sampleRun],
};

/** Runs one command line and answers its exit code. */
export async function runPerdure(argv: readonly string[], rim: Rim): Promise<number> {
  return await runCli(argv, rim, commandTable);
}
