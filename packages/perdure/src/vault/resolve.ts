/**
 * `perdure vault resolve`: what OpenClaw asks for a secret that its settings only refer to (`source: exec`). One JSON
 * object comes on stdin and one goes to stdout, in its form and not in ours; an id that cannot be had is an error of
 * its own there, and the others are given.
 */

import { isPerdureError, PerdureError, type ErrorCode } from '@perdure/contract';
import { readStdin } from '../cli/given-text.ts';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { openReference, parseReference } from './open.ts';

const protocolVersion = 1;

/** Of the codes of our errors those that OpenClaw shows; the sentence beside one it shows to nobody. */
const codes: Partial<Record<ErrorCode, string>> = {
  not_found: 'NOT_FOUND',
  usage: 'NOT_FOUND',
  conflict: 'AMBIGUOUS_DUPLICATE_KEY',
};

export async function resolveSecrets(rim: Rim, options: CommonOptions): Promise<number> {
  const { ids, provider } = parseRequest(await readStdin(rim));
  const client = connectToHub(rim, options);
  const values: Record<string, string> = {};
  const errors: Record<string, { readonly code?: string; readonly message: string }> = {};
  for (const id of ids) {
    try {
      const fields = await openReference(client, parseReference(id), `a secret of OpenClaw, provider ${provider}`);
      const [value, ...more] = Object.values(fields);
      if (value === undefined || more.length > 0) {
        throw new PerdureError('usage', `"${id}" has several fields: say which, as ${id}/<field>.`);
      }
      values[id] = value;
    } catch (error) {
      if (!isPerdureError(error) || error.code === 'unreachable') throw error;
      const code = codes[error.code];
      errors[id] = { ...(code !== undefined && { code }), message: error.message };
    }
  }
  const failed = Object.keys(errors).length > 0;
  rim.stdout.write(`${JSON.stringify({ protocolVersion, values, ...(failed && { errors }) })}\n`);
  return 0;
}

interface SecretRequest {
  readonly provider: string;
  readonly ids: readonly string[];
}

function parseRequest(text: string): SecretRequest {
  const problem = new PerdureError(
    'invalid_input',
    'stdin holds no request for secrets: send {"protocolVersion": 1, "provider": "…", "ids": ["<vault>/<item>/<field>"]}.',
  );
  let request: Partial<Record<'protocolVersion' | 'provider' | 'ids', unknown>> | null;
  try {
    request = JSON.parse(text) as typeof request;
  } catch {
    throw problem;
  }
  const { protocolVersion: version, provider = '', ids } = request ?? {};
  if (version !== protocolVersion || !Array.isArray(ids) || ids.length === 0) throw problem;
  return { provider: String(provider).slice(0, 100), ids: ids.map(String) };
}
