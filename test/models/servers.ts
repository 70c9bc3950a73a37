/** How the product is told of a fake: a server for each wire format, and one more for whom patience is short. */

import { apis, type Api, type Shape } from './shape.ts';

/** The variable that the key lies in. */
export const keyVariable = 'SHAPES_KEY';

const patiences = { '': '20s', '-impatient': '1s' } as const;

/** Names a server in `perdure.config.yaml`. */
export const serverOf = ({ api, impatient }: Pick<Shape, 'api' | 'impatient'>): string =>
  impatient === true ? `${api}-impatient` : api;

/** The text of `perdure.config.yaml`; `urlOf` the address of a format, version included. */
export function configFor(urlOf: (api: Api) => string): string {
  const servers = apis.flatMap((api) =>
    Object.entries(patiences).map(
      ([suffix, patience]) => `  ${api}${suffix}:
    baseUrl: ${urlOf(api)}
    api: ${api}
    key: env:${keyVariable}
    limits: { firstByte: ${patience}, silence: ${patience}, whole: 60s }
`,
    ),
  );
  return `model:\n  id: chat/none\nmodels:\n${servers.join('')}`;
}
