/**
 * `npm run fuzz -- [--cases 3000] [--seed 7] [--only sendMessage]`: every operation of the OpenAPI document, asked for
 * with what it says and with what it does not say. By default 300 requests each, from a seed that is told; the same
 * seed asks the same again. With `--only` one operation, and a fault is made as small as it goes. `--show` counts what
 * was answered.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 2_147_483_648) },
    only: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const { cases, seed, only, show } = values;
process.stderr.write(`fuzz: ${cases} requests to each operation, seed ${seed}\n`);
const child = spawn('npx', ['vitest', 'run', 'packages/server/test/fuzz/operations'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PERDURE_FUZZ_CASES: cases,
    PERDURE_FUZZ_SEED: seed,
    ...(only !== undefined && { PERDURE_FUZZ_ONLY: only }),
    ...(show && { PERDURE_FUZZ_SHOW: '1' }),
  },
});
const [code] = (await once(child, 'exit')) as [number | null];
process.exitCode = code ?? 1;
