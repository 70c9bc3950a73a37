/** One handler per entry of the route table; the type refuses a missing one. */

import { createStart } from '@perdure/runs/desk';
import { definitionHandlers } from './definitions.ts';
import type { Dependencies } from './dependencies.ts';
import { eventsHandler } from './events.ts';
import { healthHandlers } from './health.ts';
import { hubHandlers } from './hub/index.ts';
import { modelHandlers } from './models.ts';
import { orderHandlers } from './orders.ts';
import { pipelineHandler } from './pipeline.ts';
import { removalHandlers } from './removal.ts';
import { runHandlers } from './runs.ts';
import { startRunHandler } from './start.ts';
import type { Handlers } from './table.ts';
import { taskHandlers } from './tasks.ts';
import { waitHandlers } from './waits.ts';

export function createHandlers(deps: Dependencies): Handlers {
  const start = createStart(deps);
  return {
    ...healthHandlers(deps),
    pipeline: pipelineHandler(deps, start),
    startRun: startRunHandler(deps, start),
    streamEvents: eventsHandler(deps),
    ...runHandlers(deps),
    ...orderHandlers(deps),
    ...removalHandlers(deps),
    ...waitHandlers(deps),
    ...definitionHandlers(deps),
    ...modelHandlers(deps),
    ...taskHandlers(deps),
    ...hubHandlers(deps),
  };
}
