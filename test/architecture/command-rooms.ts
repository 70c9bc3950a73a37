/** The rooms of the command line: a part of the table in `rooms.ts`. */

import { file, folder, type Room } from './room.ts';

/** What the commands of a noun may use, whatever it is, where they ask a server and look at the state root. */
const everyCommand = ['contract', 'home', 'perdure/cli', 'perdure/client', 'perdure/text'] as const;

export const commandRooms: Readonly<Record<string, Room>> = {
  'perdure/text': {
    files: folder('perdure', 'text'),
    may: ['contract'],
    because: 'text is made of values, and of nothing that asks for them',
  },
  'perdure/cli': {
    files: folder('perdure', 'cli'),
    may: ['contract', 'home', 'perdure/package.json', 'perdure/text'],
    because: 'the frame knows no command',
  },
  'perdure/client': {
    files: folder('perdure', 'client'),
    may: ['contract', 'home', 'perdure/cli', 'sdk'],
    because: 'what commands ask the server through knows none of them',
  },
  'perdure/waits': {
    files: folder('perdure', 'waits'),
    may: ['contract', 'perdure/cli', 'perdure/client', 'perdure/text', 'sdk'],
    because: 'a question is shown and answered without its run',
  },
  'perdure/runs': {
    files: folder('perdure', 'runs'),
    may: ['contract', 'perdure/cli', 'perdure/client', 'perdure/text', 'perdure/waits', 'sdk'],
    because: 'who watches a run is shown what it asks',
  },
  'perdure/tasks': {
    files: folder('perdure', 'tasks'),
    may: [...everyCommand, 'db', 'hub/look', 'perdure/package.json', 'tasks'],
    because: 'tasks need no server; one is asked for the run of a lane alone, and may be away',
  },
  'perdure/compat': {
    files: folder('perdure', 'compat'),
    may: ['contract', 'home', 'perdure/cli', 'perdure/tasks', 'perdure/text', 'tasks'],
    because: 'commands of another product are words for what ours do',
  },
  'perdure/hooks': {
    files: folder('perdure', 'hooks'),
    may: ['contract', 'home', 'perdure/cli', 'perdure/skills', 'perdure/tasks', 'perdure/text', 'tasks'],
    because: 'hooks lie in the files of other tools, as skills do, and tell of tasks',
  },
  'perdure/definitions': {
    files: folder('perdure', 'definitions'),
    may: [
      'contract',
      'home',
      'perdure/cli',
      'perdure/client',
      'perdure/package.json',
      'perdure/runs',
      'perdure/text',
      'worker/agents',
      'worker/definitions',
      'worker/tools',
    ],
    because: 'files are checked by the code that loads them, and an agent is tried by a run',
  },
  'perdure/models': {
    files: folder('perdure', 'models'),
    may: [...everyCommand, 'models', 'models/check', 'models/servers', 'perdure/vault', 'worker/agents'],
    because: 'models are asked by the command line itself, whether or not the product runs',
  },
  'perdure/hub': {
    files: folder('perdure', 'hub'),
    may: ['contract', 'home', 'perdure/cli', 'perdure/client', 'perdure/text', 'sdk'],
    because: 'the hub is asked as whoever speaks asks it, and a key of theirs is kept in the state root',
  },
  'perdure/chat': {
    files: folder('perdure', 'chat'),
    may: ['contract', 'perdure/cli', 'perdure/client', 'perdure/hub', 'perdure/text', 'sdk'],
    because: 'who talks finds a channel as the commands of the hub do',
  },
  'perdure/families': {
    files: folder('perdure', 'families'),
    may: [
      'contract',
      'fleet',
      'fleet/host',
      'fleet/openclaw',
      'perdure/chat',
      'perdure/cli',
      'perdure/client',
      'perdure/text',
      'sdk',
    ],
    because: 'families are asked as whoever speaks asks them; a plan for this host is made here',
  },
  'perdure/vault': {
    files: folder('perdure', 'vault'),
    may: ['contract', 'perdure/cli', 'perdure/client', 'perdure/text', 'sdk'],
    because: 'vaults are asked as whoever speaks asks them',
  },
  'perdure/instance': {
    files: folder('perdure', 'instance'),
    may: [
      ...everyCommand,
      'db',
      'fleet/store',
      'launcher',
      'models/servers',
      'perdure/package.json',
      'runs/store',
      'sdk',
      'tasks',
      'worker/agents',
      'worker/definitions',
    ],
    because: 'it starts and stops the product, and looks at how it is',
  },
  'perdure/skills': {
    files: folder('perdure', 'skills'),
    may: ['contract', 'home', 'perdure/cli', 'perdure/package.json'],
    because: 'a skill is files to be copied',
  },
  'perdure/commands': {
    files: file('perdure', 'commands\\.ts'),
    may: [
      'perdure/chat',
      'perdure/cli',
      'perdure/compat',
      'perdure/definitions',
      'perdure/families',
      'perdure/hooks',
      'perdure/hub',
      'perdure/instance',
      'perdure/models',
      'perdure/runs',
      'perdure/skills',
      'perdure/tasks',
      'perdure/vault',
      'perdure/waits',
    ],
    because: 'the table of commands names them all',
  },
  'perdure/scripts': {
    files: file('perdure', 'scripts\\.ts'),
    may: ['perdure/cli', 'perdure/runs', 'perdure/text'],
    because: 'it is what scripts of this repository share with the command line',
  },
  'perdure/main': {
    files: file('perdure', 'main\\.ts'),
    may: ['perdure/cli', 'perdure/commands', 'perdure/package.json'],
    because: 'it answers `--version` before anything else loads',
  },
  perdure: { files: file('perdure', 'index\\.ts'), may: ['contract'], because: 'it is what user code imports' },
};
