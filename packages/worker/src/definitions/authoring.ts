/** What `perdure` means in user code that this worker loads: the same names that the package of that name exports. */

export { definePipeline, defineTool, isPerdureError, PerdureError } from '@perdure/contract';
export { z } from 'zod';
