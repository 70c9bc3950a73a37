/**
 * How the product is told of the player: three servers, one for each wire format, and one more for whom patience is
 * short.
 */

import type { Api, Shape } from './shape.ts';

/** Names a server in `perdure.config.yaml`. */
export const serverOf = ({ api, impatient }: Shape): string => (impatient === true ? `${api}-impatient` : api);

const limits = {
  patient: '{ firstByte: 20s, silence: 20s, whole: 60s }',
  impatient: '{ firstByte: 1s, silence: 1s, whole: 5s }',
};

/** The text of `perdure.config.yaml`. */
export function configFor(url: string, apis: readonly Api[]): string {
  // Anthropic's own address has no version: its clients add it.
  const servers = apis.flatMap((api) =>
    (['patient', 'impatient'] as const).map(
      (patience) => `  ${patience === 'patient' ? api : `${api}-impatient`}:
    baseUrl: ${url}
    api: ${api}
    key: env:SHAPES_KEY
    limits: ${limits[patience]}
`,
    ),
  );
  return `models:\n${servers.join('')}`;
}
