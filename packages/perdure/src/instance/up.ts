/**
 * `perdure up`: starts everything and stays. Ctrl-C once lets work in hand finish for at most 10 s, twice stops at
 * once; either way nothing recorded is lost. Until everything is up a signal simply ends this process: its children end
 * with it.
 */

import { compact } from '@perdure/contract';
import { checkDefinitionFolders, loadSettings, type SettingName } from '@perdure/home';
import type { Launched, LaunchStatus } from '@perdure/launcher';
import packageJson from '../../package.json' with { type: 'json' };
import { printLine, say } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import { connectHere } from '../client/connect.ts';
import type { Rim } from '../cli/rim.ts';
import { formatDuration } from '../text/format.ts';
import { paintFor } from '../text/paint.ts';
import { columnsOf } from '../text/width.ts';
import { adoptAsAsked, type AdoptOptions } from './adopt.ts';
import { accessAsAsked, publicRows } from './public.ts';
import { runNewsLines } from './view-runs.ts';
import { modelNewsLine, statusLines, upScreen } from './view-up.ts';
import { watchModels } from './watch-models.ts';
import { watchRuns } from './watch-runs.ts';

/** Flags of settings arrive as text under the setting's own name. */
export interface UpOptions extends AdoptOptions, Readonly<Partial<Record<SettingName, string>>> {
  readonly demo?: boolean;
  readonly init?: boolean;
  /** Nothing is told of runs. */
  readonly quiet?: boolean;
  /** Hold everything unfinished. */
  readonly hold?: boolean;
  /** Be reached from beyond this machine. */
  readonly public?: boolean;
}

const killedExitCode = 130;

export async function up(rim: Rim, options: UpOptions): Promise<number> {
  adoptAsAsked(rim, options);
  const place = findPlace(rim, options);
  const { values: settings } = await loadSettings(place.paths, { flags: options, env: rim.env, cwd: rim.cwd });
  const project = settings.project ?? place.project;
  checkDefinitionFolders(project);
  const access = accessAsAsked(options, settings);
  const [{ launch }, { heldText, holdWhatIsOwed }] = await Promise.all([
    import('@perdure/launcher'),
    import('./hold.ts'),
  ]);
  const startedAt = rim.now();
  let isUp = false;
  const launched = await launch({
    home: place.paths.root,
    project,
    settings,
    access,
    ...compact({ demo: options.demo, initDatabase: options.init }),
    version: packageJson.version,
    beforeParts: async (paths) => {
      const request = { hold: options.hold === true, initDatabase: options.init === true, now: rim.now() };
      const held = await holdWhatIsOwed(paths, request);
      if (held === undefined) return;
      const { runs, left } = held;
      if (options.json === true) printLine(rim, { kind: 'held', runs, ...(left.length > 0 && { left }) });
      else say(rim, heldText(held, place.homeFlag));
    },
    log: (message) => say(rim, message),
    onStatus: (status) => showStatus(rim, options, { status, isUp }),
  });
  isUp = true;
  // Before anybody is told: who reads that it is up may stop it at once.
  const dispose = rim.onStopSignal(stopper(rim, options, launched));
  const tookMs = rim.now() - startedAt;
  await showUp(rim, options, { launched, root: place.paths.root, homeFlag: place.homeFlag, tookMs });
  const unwatch = tellNews(rim, options, place.homeFlag);
  const end = await launched.done;
  unwatch();
  dispose();
  if (options.json !== true) say(rim, end === 'killed' ? 'Stopped at once.' : 'Stopped.');
  return end === 'killed' ? killedExitCode : 0;
}

/** Tells what happens while it is up; answers a function that ends it. */
function tellNews(rim: Rim, options: UpOptions, homeFlag: string): () => void {
  const client = connectHere(rim, options);
  const view = { paint: paintFor(rim.env, rim.stderr), homeFlag };
  const unwatchModels = watchModels(client, (news) => {
    if (options.json === true) printLine(rim, news);
    else say(rim, modelNewsLine(news, view));
  });
  if (options.quiet === true) return unwatchModels;
  const unwatchRuns = watchRuns(client, (news) => {
    if (options.json === true) for (const each of news) printLine(rim, each);
    else for (const line of runNewsLines(news, view)) say(rim, line);
  });
  return () => {
    unwatchModels();
    unwatchRuns();
  };
}

interface StartOutcome {
  readonly launched: Launched;
  readonly root: string;
  readonly homeFlag: string;
  readonly tookMs: number;
}

async function showUp(rim: Rim, options: UpOptions, outcome: StartOutcome): Promise<void> {
  const { launched, root, homeFlag, tookMs } = outcome;
  if (options.json === true) {
    printLine(rim, { kind: 'up', home: root, ...launched.info });
    return;
  }
  // It is up, whoever can tell what there is to try.
  const client = connectHere(rim, options);
  const [pipelines, vault] = await Promise.all([
    client
      .listPipelines()
      .then(({ data }) => data)
      .catch(() => []),
    client
      .health({})
      .then(({ parts }) => parts.vault)
      .catch(() => undefined),
  ]);
  const { port, public: access } = launched.info;
  const paint = paintFor(rim.env, rim.stdout);
  const screen = {
    pipelines,
    sealed: vault?.detail,
    info: launched.info,
    root,
    homeFlag,
    took: formatDuration(tookMs),
    reached: access && publicRows(access, { port, now: rim.now(), paint }),
    columns: columnsOf(rim.env, rim.stdout),
  };
  rim.stdout.write(`${upScreen(screen, paint)}\n`);
}

interface PartState {
  readonly status: LaunchStatus;
  readonly isUp: boolean;
}

/** With `--json` every change is told, from the first start on. */
function showStatus(rim: Rim, options: UpOptions, { status, isUp }: PartState): void {
  if (options.json === true) printLine(rim, status);
  else for (const line of statusLines(status, { isUp, paint: paintFor(rim.env, rim.stderr) })) say(rim, line);
}

/** First signal: drain. Second: kill. */
function stopper(rim: Rim, options: UpOptions, launched: Launched): () => void {
  let isStopping = false;
  return () => {
    if (!isStopping && options.json !== true) {
      say(rim, 'Stopping: work in hand is finished for at most 10 s. Ctrl-C again stops at once.');
    }
    void launched.stop({ force: isStopping });
    isStopping = true;
  };
}
