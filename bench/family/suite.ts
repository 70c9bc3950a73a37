/**
 * What making an agent costs beside the start of its gateway, which is OpenClaw's own and of which nothing can be
 * taken away. `PERDURE_BENCH_OPENCLAW=<folder>`, with the command `openclaw` in it: the real one, in place of the fake.
 */

import { quietPort } from '@perdure/testing';
import { requireBuild } from '../command.ts';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import type { Suite } from '../suite.ts';
import { makeTempHome } from '../temp-home.ts';
import { FamilyHost, type Added } from './family-host.ts';

/** A real one takes a gigabyte of memory, each. */
const times = { fake: 5, real: 2 } as const;
/** As far as those that Perdure itself chooses. */
const apart = 120;

export const measureFamily: Suite = async (say) => {
  requireBuild();
  const { PERDURE_BENCH_OPENCLAW: bin } = process.env;
  const kind = bin === undefined ? 'fake' : 'real';
  using folder = makeTempHome();
  await using host = await FamilyHost.start(folder.path, bin);
  await host.perdure('family', 'init', 'main');
  const ports = Array.from({ length: times[kind] + 2 }, (_one, at) => quietPort() + at * apart);
  const [first = 0, second = 0, ...rest] = ports;
  const alone: Added[] = [];
  for (const port of rest) {
    say(`an agent alone (${kind} gateway)`);
    alone.push(await host.add(`alone-${alone.length}`, port));
  }
  say(`two agents at once (${kind} gateways)`);
  const pair = await Promise.all([host.add('scout', first), host.add('ranger', second)]);
  const gateway = kind === 'fake' ? 'the gateway of the tests' : 'OpenClaw';
  return [
    {
      id: 'family-add-beside',
      value: median(alone.map(besideOf)),
      unit: 'ms',
      target: { atMost: 3_000 },
      note: `\`perdure family add\` less the start of its gateway (${gateway}, until /readyz): ${listed(alone)}`,
    },
    {
      id: 'family-add-two-beside',
      value: Math.max(...pair.map(besideOf)),
      unit: 'ms',
      target: { atMost: 3_000 },
      note: `the same, the slower of two at once: ${listed(pair)}`,
    },
  ] satisfies readonly Figure[];
};

const besideOf = ({ tookMs, ownMs }: Added): number => tookMs - ownMs;

const listed = (all: readonly Added[]): string =>
  all.map(({ tookMs, ownMs }) => `${tookMs.toFixed(0)} - ${ownMs.toFixed(0)}`).join(', ');
