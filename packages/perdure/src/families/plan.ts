/** `perdure family plan`: what a new agent would be made of, before anything is. It needs no server. */

import { compact } from '@perdure/contract';
import { planMember, type ChosenService } from '@perdure/fleet';
import { observeHost } from '@perdure/fleet/host';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { planText } from './plan-view.ts';
import { readWish, type WishOptions } from './wish.ts';
import { writeFiles } from './write-files.ts';

export interface PlanOptions extends CommonOptions, WishOptions {
  readonly service?: ChosenService;
  /** Where to put the files as they would be. */
  readonly files?: string;
}

/** 0 where it can be made, 1 where something is in the way. */
export async function planFamily(rim: Rim, handle: string, options: PlanOptions): Promise<number> {
  const { spec, host, outcome, notes } = await planHere(rim, handle, options);
  printData(rim, options, outcome, () => planText(handle, outcome));
  if (outcome.kind === 'blocked') return 1;
  if (options.files !== undefined) {
    const written = writeFiles(rim, options.files, { spec, plan: outcome, host, notes });
    say(rim, `${written.length} files as they would be are in ${options.files}.`);
  }
  return 0;
}

/** The plan of a wish on this host, as it is just now. */
export async function planHere(rim: Rim, handle: string, options: WishOptions & Pick<PlanOptions, 'service'>) {
  const { spec, notes } = await readWish(rim, handle, options);
  const host = await observeHost({
    accountHome: rim.homedir,
    searchPath: rim.env['PATH'] ?? '',
    runtimeDir: rim.env['XDG_RUNTIME_DIR'],
    wantedHome: spec.home,
    wantedPort: spec.port,
  });
  return { spec, notes, host, outcome: planMember(spec, host, compact({ service: options.service })) };
}
