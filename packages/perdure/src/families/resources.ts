/** `perdure family resources list` and `set`. */

import { PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { findFamily } from './find.ts';
import { resourceList } from './view.ts';

export async function listResources(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const { resources } = await findFamily(connectToHub(rim, options), given);
  printData(rim, options, resources, (columns) => resourceList(resources, columns));
  return 0;
}

export interface SetResourceOptions extends CommonOptions {
  readonly remove?: boolean;
}

interface ResourceWords {
  readonly given: string;
  readonly name: string;
  readonly value: string | undefined;
}

export async function setResource(
  rim: Rim,
  { given, name, value }: ResourceWords,
  options: SetResourceOptions,
): Promise<number> {
  const isRemoval = options.remove === true;
  if ((value === undefined) !== isRemoval) {
    throw new PerdureError('usage', `Say what "${name}" is, or take it out with --remove; one of the two.`);
  }
  const client = connectToHub(rim, options);
  const { id: familyId } = await findFamily(client, given);
  const body = { resources: [{ name, value: value ?? null }] };
  const { data } = await client.changeFamily({ params: { familyId }, body });
  printData(rim, options, data.resources, (columns) => resourceList(data.resources, columns));
  return 0;
}
