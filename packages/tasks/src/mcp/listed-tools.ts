/**
 * The tools as they are listed. That is the same at every start, so the bundle of the command line holds what this
 * module makes instead of the module: a tool and what it needs are loaded by the first call.
 */

import { listed, type ListedTool } from './listing.ts';
import { allTools } from './tools.ts';

export const listedTools: readonly ListedTool[] = allTools.map(listed);
