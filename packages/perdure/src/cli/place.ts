/** Where this command works: the state root and the project, found the same way for every command. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { compact } from '@perdure/contract';
import { checkRoot, homePaths, locateHome, type HomePaths, type HomeSource } from '@perdure/home';
import { shellWord } from '../text/format.ts';
import type { CommonOptions } from './options.ts';
import type { Rim } from './rim.ts';

export interface Place {
  readonly paths: HomePaths;
  /** Where `root` comes from: flag, environment, a folder above, default. */
  readonly source: HomeSource;
  readonly project: string;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

/** @throws PerdureError `home_refused` where the state root there is not ours, before anything in it is read */
export function findPlace(rim: Rim, options: CommonOptions): Place {
  const place = locatePlace(rim, options);
  checkRoot(place.paths.root);
  return place;
}

/** Where it would be, whosever it is: for who adopts it. */
export function locatePlace(rim: Rim, options: CommonOptions): Place {
  const located = locateHome({
    ...compact({ flag: options.home }),
    env: rim.env,
    cwd: rim.cwd,
    homedir: rim.homedir,
    exists: existsSync,
  });
  return {
    paths: homePaths(located.root),
    source: located.source,
    project: located.project,
    homeFlag: homeFlagOf(rim, options),
  };
}

/** For who prints commands to copy, and needs to know nothing of the place itself. */
export function homeFlagOf({ cwd }: Pick<Rim, 'cwd'>, { home }: Pick<CommonOptions, 'home'>): string {
  return home === undefined ? '' : ` --home ${shellWord(resolve(cwd, home))}`;
}
