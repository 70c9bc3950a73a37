/** What `perdure` means in a pipeline that this worker loads: the same names that the package of that name exports. */

export { definePipeline, isPerdureError, PerdureError } from '@perdure/contract';
export { z } from 'zod';
