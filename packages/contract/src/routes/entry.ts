/** The form of a route, and the parts that routes of several nouns are made of. */

import { z } from 'zod';
import type { ErrorCode } from '../errors/catalogue.ts';

/** Bytes in a request body. */
export const maxBodyBytes = 1_048_576;

export interface RouteEntry {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly summary: string;
  /** What a caller needs to know besides: how to repeat it, when it is refused, what comes next. */
  readonly description: string;
  /** False only for what is open to all. */
  readonly authenticated: boolean;
  /**
   * Set for routes of the hub: every principal calls them with a key of their own, and is told there what they may not;
   * all others are the owner's. Their clients are not ours, so parameters that are not known are passed over.
   */
  readonly hub?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly responses: Readonly<Record<number, z.ZodType>>;
  /** Set where the response is a stream of server-sent events with this schema as their data. */
  readonly stream?: z.ZodType;
  /** Set where the body of the request, or that of the answer, is bytes and no JSON. */
  readonly bytes?: 'taken' | 'given';
  /** Set where the answer may take as long as the work that was asked for. */
  readonly waitsForWork?: true;
  readonly errors: readonly ErrorCode[];
}

/** How any body may be refused. */
export const bodyErrors = ['invalid_input', 'too_large', 'unsupported_media_type'] as const;

/** Under `/api/v1` a 2xx body is `{ "data": … }`. */
export const data = <T extends z.ZodType>(schema: T) => z.object({ data: schema });
/** A page of a list; `next` is absent on the last one. */
export const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), next: z.string().optional() });

export const cursorQuery = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
};

export const idempotencyHeader = z.object({
  'idempotency-key': z.string().min(1).max(200).optional(),
  prefer: z.string().optional(),
});
