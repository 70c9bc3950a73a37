/** `perdure config explain`: each setting, its value and where that comes from. Of a secret only whether it is set. */

import { loadSettings, readInstance } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { formatList } from '../text/table.ts';

export async function explainConfig(rim: Rim, options: CommonOptions): Promise<number> {
  const { paths, source, project } = findPlace(rim, options);
  const { explained, values } = await loadSettings(paths, { flags: {}, env: rim.env, cwd: rim.cwd });
  const settings = explained.map((setting) =>
    setting.name === 'project' && setting.value === 'not set'
      ? { ...setting, value: project, source: project === rim.cwd ? 'working folder' : 'holds the state root' }
      : setting,
  );
  const { proxyFor } = await import('@perdure/models/servers');
  const addresses = [
    ...(values.baseUrl === undefined ? [] : [['model', values.baseUrl] as const]),
    ...(values.models?.servers ?? []).map((server) => [`models.${server.name}`, server.baseUrl] as const),
  ];
  const proxies = addresses.flatMap(([name, baseUrl]) => {
    const proxy = proxyFor(baseUrl, rim.env);
    if (proxy === undefined) return [];
    const value = `through the proxy ${proxy.origin}`;
    return [{ name: `${name}.proxy`, value, source: `environment ${proxy.variable}`, meaning: 'how it is asked' }];
  });
  const home = { name: 'home', value: paths.root, source: homeSources[source], meaning: 'state root' };
  printData(rim, options, [home, ...settings, ...proxies], (columns) =>
    formatList(
      ['SETTING', 'VALUE', 'FROM'],
      [home, ...settings, ...proxies].map(({ name, value, source: from }) => [name, value, from]),
      { empty: '', columns },
    ),
  );
  const instance = readInstance(paths);
  // Flags of a start are not kept: they hold as long as it runs.
  if (instance.kind === 'running' && instance.info.port !== values.port && options.json !== true) {
    say(rim, `(these are for the next start; what runs now was started otherwise and is at ${instance.info.url})`);
  }
  return 0;
}

/** Where a state root was found, in words. */
export const homeSources = {
  flag: 'flag --home',
  environment: 'environment PERDURE_HOME',
  project: 'nearest .perdure/ upward',
  user: 'default',
} as const;
