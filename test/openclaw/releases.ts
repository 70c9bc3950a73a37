/**
 * The releases of OpenClaw that we are held against: the newest, and one that people still run. `PERDURE_TEST_OPENCLAW`
 * names another.
 */

import type { ThirdParty } from '@perdure/testing';

const { PERDURE_TEST_OPENCLAW: asked } = process.env;

export const releases: readonly ThirdParty[] = (asked === undefined ? ['2026.9.6', '2026.8.2'] : [asked]).map(
  (version) => ({ name: 'openclaw', version }),
);
