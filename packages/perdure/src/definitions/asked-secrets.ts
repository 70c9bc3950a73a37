/**
 * What tools ask the vaults for, as a check tells it: each secret by name, and where Perdure runs whether it would be
 * given. That depends on no file, so it is told and not judged.
 */

import { isPerdureError, type DefinitionNote, type VaultWant } from '@perdure/contract';
import type { LoadedTool } from '@perdure/worker/tools';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';

export interface AskedSecret {
  readonly severity: DefinitionNote['severity'];
  /** What stands behind `it`, or `the tool "x"`. */
  readonly clause: string;
}

/** By id of a tool, for those that ask for any. */
export async function askedSecrets(
  rim: Rim,
  options: CommonOptions,
  tools: readonly LoadedTool[],
): Promise<ReadonlyMap<string, readonly AskedSecret[]>> {
  const asking = tools.filter(({ entry }) => (entry.secrets ?? []).length > 0);
  if (asking.length === 0) return new Map();
  const wants = await wantsNow(rim, options);
  return new Map(
    asking.map(({ entry: { id, secrets = [] } }) => [
      id,
      secrets.map(({ name, reference }) => asked({ name, reference }, wants && find(wants, id, name))),
    ]),
  );
}

/** Undefined: nobody runs here who could tell. */
async function wantsNow(rim: Rim, options: CommonOptions): Promise<readonly VaultWant[] | undefined> {
  try {
    return (await connect(rim, options).listVaultWants()).data;
  } catch (error) {
    if (isPerdureError(error)) return undefined;
    throw error;
  }
}

const notLoaded = { problem: undefined, isLoaded: false } as const;

function find(wants: readonly VaultWant[], tool: string, name: string) {
  const want = wants.find((one) => one.grantee.kind === 'tool' && one.grantee.name === tool && one.name === name);
  return want === undefined ? notLoaded : { problem: want.problem, isLoaded: true };
}

function asked(
  { name, reference }: { readonly name: string; readonly reference: string },
  found: ReturnType<typeof find> | undefined,
): AskedSecret {
  const what = name === reference ? name : `${name} (${reference})`;
  if (found?.problem !== undefined) {
    return { severity: 'warning', clause: `asks the vaults for ${what} and is not given it: ${found.problem}` };
  }
  if (found?.isLoaded === true) return { severity: 'note', clause: `asks the vaults for ${what}, and is given it` };
  const how = found === undefined ? 'start Perdure' : 'let the Perdure that runs here load it';
  return {
    severity: 'note',
    clause: `asks the vaults for ${what}; to see whether it is given that, ${how} and check again`,
  };
}
