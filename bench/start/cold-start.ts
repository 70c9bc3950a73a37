/**
 * `perdure up` on a fresh state root, until `/health` says `ok`: a call has then gone through the engine to the worker
 * and back.
 */

import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';
import { startInstance } from './instance.ts';

const starts = 5;

export async function measureColdStart(): Promise<Figure> {
  const times: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    using home = makeTempHome();
    await using instance = await startInstance(home.path, { demoModel: true });
    times.push(instance.healthyAfterMs);
  }
  return {
    id: 'cold-start',
    value: median(times),
    unit: 'ms',
    target: { atMost: 4_000 },
    note: `median of ${starts} fresh state roots: ${times.map((time) => time.toFixed(0)).join(', ')} ms`,
  };
}
