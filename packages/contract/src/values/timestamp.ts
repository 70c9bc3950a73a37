/** Times outside of the database. */

import { z } from 'zod';

/** ISO UTC with milliseconds. */
export const timestampSchema = z.iso.datetime({ precision: 3 });
