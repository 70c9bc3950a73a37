/**
 * What every store has to do: one suite over its ports, run by each of them. It says nothing of how anything is kept.
 * Each case has a store of its own, empty at first; time and ids are inputs; where two processes matter, the second
 * handle is the other one.
 */

import { describe } from 'vitest';
import { drivesAreFenced } from './conformance/drives.ts';
import { forksBeginAlike } from './conformance/forks.ts';
import { modelsAreWaitedFor } from './conformance/models-away.ts';
import { ordersArriveOnce } from './conformance/orders.ts';
import { pagesAreWhole } from './conformance/pages.ts';
import { questionsAreAnsweredOnce } from './conformance/questions.ts';
import { reasonsAreFound } from './conformance/reasons-to-go-on.ts';
import { retriesGoOn } from './conformance/retries.ts';
import { startsAreIdempotent } from './conformance/starts.ts';
import { stepsAreClosedOnce } from './conformance/steps.ts';
import type { OpenStore } from './conformance/store-under-test.ts';
import { valuesStayWhole } from './conformance/values.ts';

export type { KnownOutage, OpenStore, StoreHandle, StoreUnderTest } from './conformance/store-under-test.ts';

export function storeConformance(name: string, open: OpenStore): void {
  describe(`the store ports on ${name}`, () => {
    startsAreIdempotent(open);
    drivesAreFenced(open);
    stepsAreClosedOnce(open);
    valuesStayWhole(open);
    ordersArriveOnce(open);
    questionsAreAnsweredOnce(open);
    retriesGoOn(open);
    forksBeginAlike(open);
    reasonsAreFound(open);
    modelsAreWaitedFor(open);
    pagesAreWhole(open);
  });
}
