/** One handler per entry of the route table; the type refuses a missing one. */

import type { Dependencies } from './dependencies.ts';
import { eventsHandler } from './events.ts';
import { forkHandler } from './fork.ts';
import { orderHandler, retryHandler, steerHandler } from './orders.ts';
import { pipelineHandler } from './pipeline.ts';
import { readingHandlers } from './reading.ts';
import { createRunStarter, startRunHandler } from './start.ts';
import type { Handlers } from './table.ts';
import { taskHandlers } from './tasks.ts';
import { waitHandlers } from './waits.ts';

export function createHandlers(deps: Dependencies): Handlers {
  const start = createRunStarter(deps);
  return {
    ...readingHandlers(deps),
    pipeline: pipelineHandler(deps, start),
    startRun: startRunHandler(deps, start),
    streamEvents: eventsHandler(deps),
    pauseRun: orderHandler(deps, 'pause'),
    resumeRun: orderHandler(deps, 'resume'),
    cancelRun: orderHandler(deps, 'cancel'),
    steerRun: steerHandler(deps),
    forkRun: forkHandler(deps),
    retryRun: retryHandler(deps),
    ...waitHandlers(deps),
    ...taskHandlers(deps),
  };
}
