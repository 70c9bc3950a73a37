/** `perdure principals create`: a new person or agent, which has no key yet. */

import { compact, handlePattern, handleRule, PerdureError, type PrincipalKind } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';

export interface CreatePrincipalOptions extends CommonOptions {
  readonly kind: PrincipalKind;
  readonly name?: string;
}

export async function createPrincipal(rim: Rim, handle: string, options: CreatePrincipalOptions): Promise<number> {
  if (!handlePattern.test(handle)) throw new PerdureError('usage', `"${handle}" is no handle: ${handleRule}.`);
  const { kind, name } = options;
  const { data } = await connectToHub(rim, options).createPrincipal({
    body: { kind, handle, ...compact({ displayName: name }) },
  });
  const next = `perdure keys create ${handle}${homeFlagOf(rim, options)}`;
  printData(rim, options, data, () => `Made ${kind} ${handle}. It needs a key: ${next}`);
  return 0;
}
