/**
 * Every boundary of every step by which an agent is made, changed, moved to another release or taken away, and whether
 * what is left after something of ours died there is all as it is to be, or all as it was.
 */

import { until } from '@perdure/testing';
import { StepGate } from '../step-gate.ts';
import { playOfCancel } from './cancelled.ts';
import { playOfChange } from './changed.ts';
import { playOfMaking } from './made.ts';
import { withinMs } from './over.ts';
import type { CrashPoint } from './points.ts';
import type { FamilyScene, Play } from './scene.ts';
import { playOfUpgrade } from './upgraded.ts';

export { allPoints, nameOf, type CrashPoint, type Story } from './points.ts';
export { FamilyScene } from './scene.ts';

/** Who it happens to. Those that are changed or upgraded are made where they are not there, or set up by hand. */
export interface Cast {
  /** Of who is made. */
  readonly handle: string;
  /** Absent: one is chosen. */
  readonly port?: number | undefined;
  readonly changed: { readonly handle: string; readonly ports: readonly [number, number] };
  readonly upgraded: { readonly handles: readonly [string, string]; readonly ports: readonly [number, number] };
}

/** What is wrong in the end; nothing: all of it is as it is to be, or as it was. */
export async function dieAt(scene: FamilyScene, cast: Cast, point: CrashPoint): Promise<readonly string[]> {
  const { system } = scene.host;
  const { victim } = point;
  const { principalId, order, judge, onOrder } = await playOf(scene, cast, point);
  let isKilled = false;
  const happen = (): void => void (isKilled = system.kill(victim));
  await using gate = await StepGate.open(system.paths, { point: { ...point, principalId }, happen, onOrder });
  await order().catch((error: unknown) => {
    // It had been ordered; whether who ordered it was still told of that is another matter.
    if (!gate.hasHappened) throw error;
  });
  await until(() => gate.hasHappened, { withinMs, what: 'the run gets there' });
  if (victim === 'all') await system.up();
  else await system.allUp(withinMs);
  return [...(isKilled ? [] : [`${victim} was not there to be killed`]), ...(await judge())];
}

async function playOf(scene: FamilyScene, cast: Cast, { story, member }: CrashPoint): Promise<Play> {
  switch (story) {
    case 'made':
    case 'taken back':
    case 'taken away':
      return await playOfMaking(scene, story, { handle: cast.handle, port: cast.port });
    case 'taken away, put back':
      return await playOfCancel(scene, cast.changed);
    case 'upgraded':
    case 'upgraded in part':
      return await playOfUpgrade(scene, cast.upgraded, { isBack: story === 'upgraded in part', at: member });
    default:
      return await playOfChange(scene, story, cast.changed);
  }
}
