/** What the settings of the state root say about reports. */

import { loadSettings } from '@perdure/home';
import { policyOf, type ReportPolicy } from '@perdure/tasks';
import type { Place } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

export async function reportPolicy({ env, cwd }: Pick<Rim, 'env' | 'cwd'>, { paths }: Place): Promise<ReportPolicy> {
  const { values } = await loadSettings(paths, { flags: {}, env, cwd });
  return policyOf(values);
}
