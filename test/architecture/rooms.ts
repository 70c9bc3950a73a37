/**
 * The rooms of the house, and which rooms each may import: the rule of `docs/architecture.md` in words. A room is a
 * package, or a folder of its source where one package holds several concepts. A file is in the first room that has
 * it.
 */

import { commandRooms } from './command-rooms.ts';
import { all, file, folder, top, within, type Room } from './room.ts';

export const rooms: Readonly<Record<string, Room>> = {
  contract: { files: all('contract'), may: [], because: 'the language that all others speak runs anywhere' },
  home: { files: all('home'), may: ['contract'], because: 'where things lie does not depend on what they are' },
  db: { files: all('db'), may: ['contract'], because: 'it opens and migrates, and does not know what it stores' },
  sdk: { files: all('sdk'), may: ['contract'], because: 'a client needs the route table and nothing of ours' },
  process: { files: all('process'), may: ['contract'], because: 'every process loads it, whatever it is' },
  'schema-check': {
    files: all('schema-check'),
    may: [],
    because: 'a schema and a value are all it needs, whoever they are from',
  },
  testing: { files: all('testing'), may: ['home'], because: 'anybody may test with it' },

  'tasks/core': { files: folder('tasks', 'core'), may: ['contract'], because: 'it decides: no file, no database' },
  'tasks/store': {
    files: folder('tasks', 'store'),
    may: ['contract', 'db', 'tasks/core'],
    because: 'it reads, lets the core decide, and writes',
  },
  'tasks/evidence': {
    files: folder('tasks', 'evidence'),
    may: ['contract', 'tasks/core'],
    because: 'it runs checks and knows nobody who asks for one',
  },
  'tasks/original': {
    files: folder('tasks', 'original'),
    may: ['contract', 'tasks/core'],
    because: 'a format of files is known to it alone',
  },
  'tasks/mirror': {
    files: folder('tasks', 'mirror'),
    may: ['contract', 'home', 'tasks/core', 'tasks/original'],
    because: 'the readable copy is in the format of the original',
  },
  'tasks/archive': {
    files: folder('tasks', 'archive'),
    may: ['contract', 'home', 'tasks/core'],
    because: 'a task in a file is read without a record',
  },
  'tasks/delivery': {
    files: folder('tasks', 'delivery'),
    may: ['contract', 'tasks/core', 'tasks/evidence'],
    because: 'a sender takes a report and knows nobody who has one sent',
  },
  'tasks/desk': {
    files: folder('tasks', 'desk'),
    may: ['contract', 'tasks/archive', 'tasks/core', 'tasks/evidence', 'tasks/mirror', 'tasks/original', 'tasks/store'],
    because: 'a use case joins what it needs and knows no edge',
  },
  'tasks/mcp': {
    files: folder('tasks', 'mcp'),
    may: ['contract', 'tasks/core', 'tasks/desk', 'tasks/evidence', 'tasks/store'],
    because: 'an edge parses, calls the desk and tells the answer',
  },
  tasks: {
    files: top('tasks'),
    may: within('tasks', 'core', 'delivery', 'desk', 'evidence', 'mcp', 'mirror', 'original', 'store'),
    because: 'it is the door of the package',
  },

  engine: { files: top('engine'), may: [], because: 'the port knows none of its adapters' },
  'engine/inline': { files: folder('engine', 'inline'), may: ['engine'], because: 'it needs nothing but the port' },
  'engine/restate': {
    files: folder('engine', 'restate'),
    may: ['contract', 'engine'],
    because: 'an adapter knows the port, and nobody who drives',
  },
  live: { files: all('live'), may: ['contract'], because: 'signals may be lost, so nothing may hang on them' },
  'demo-model': {
    files: all('demo-model'),
    may: ['contract', 'process'],
    because: 'the product reaches it over HTTP as any other model',
  },

  'runs/record': {
    files: folder('runs', 'record'),
    may: ['contract'],
    because: 'it says what a run is, and needs nobody to say it',
  },
  'runs/decide': {
    files: folder('runs', 'decide'),
    may: ['contract', 'runs/record'],
    because: 'decisions are made of the record alone',
  },
  'runs/session': {
    files: folder('runs', 'session'),
    may: ['contract', 'runs/record'],
    because: 'a drive holds a record and knows no step',
  },
  'runs/steps': {
    files: folder('runs', 'steps'),
    may: ['contract', 'runs/record', 'runs/session'],
    because: 'a step works within a drive and does not know who drives',
  },
  'runs/drive': {
    files: folder('runs', 'drive'),
    may: ['contract', 'runs/record', 'runs/session', 'runs/steps'],
    because: 'it sees no file, no socket and no database',
  },
  'runs/desk': {
    files: folder('runs', 'desk'),
    may: ['contract', 'runs/record', 'schema-check'],
    because: 'a use case declares what it reads and writes through, and knows no edge',
  },
  'runs/store': {
    files: folder('runs', 'store'),
    may: ['contract', 'db', 'runs/decide', 'runs/desk', 'runs/drive', 'runs/record'],
    because: 'it implements the ports of the desk and of the drives',
  },
  'runs/testing': {
    files: file('runs', 'testing\\.ts'),
    may: ['runs/drive', 'runs/record', 'runs/steps', 'runs/store'],
    because: 'benches and tests of the whole drive runs without the processes around them',
  },
  runs: { files: top('runs'), may: ['runs/record', 'runs/steps'], because: 'it is what agents and tools see of runs' },

  'hub/core': { files: folder('hub', 'core'), may: ['contract'], because: 'it decides: no database, no socket' },
  'hub/seal': {
    files: folder('hub', 'seal'),
    may: [],
    because: 'keys and bytes: it knows neither who asks nor where they are kept',
  },
  'hub/bytes': {
    files: folder('hub', 'bytes'),
    may: ['contract', 'home', 'hub/core'],
    because: 'it keeps bytes under names of its own, and does not know whose they are',
  },
  'hub/store': {
    files: folder('hub', 'store'),
    may: ['contract', 'db', 'hub/core', 'hub/seal'],
    because: 'it reads, lets the core decide, and writes',
  },
  'hub/desk': {
    files: folder('hub', 'desk'),
    may: ['contract', 'hub/core'],
    because: 'a use case knows no edge, and the store as a port',
  },
  'hub/look': { files: folder('hub', 'look'), may: ['contract', 'db'], because: 'it is read beside durable tasks' },
  hub: { files: top('hub'), may: ['hub/core'], because: 'it is the door of the package' },

  'fleet/core': {
    files: folder('fleet', 'core'),
    may: ['contract'],
    because: 'it plans: no file, no process, and of OpenClaw what others may know too',
  },
  'fleet/openclaw': {
    files: folder('fleet', 'openclaw'),
    may: ['contract', 'fleet/core', 'home'],
    because: 'all that knows OpenClaw, and asks it, knows only that',
  },
  'fleet/health': {
    files: folder('fleet', 'health'),
    may: ['contract', 'fleet/core', 'home'],
    because: 'it looks and tells through ports, and the core decides what is news',
  },
  'fleet/host': {
    files: folder('fleet', 'host'),
    may: ['fleet/core', 'fleet/openclaw', 'home'],
    because: 'it looks at the host for a plan, and changes nothing',
  },
  'fleet/home': {
    files: folder('fleet', 'home'),
    may: ['contract', 'home'],
    because: 'it makes and removes folders of gateways, and does not know what is in them',
  },
  'fleet/desk': {
    files: folder('fleet', 'desk'),
    may: ['contract', 'fleet/core', 'fleet/home', 'fleet/openclaw', 'home'],
    because: 'a step acts through ports, and on files of homes; it knows no edge and no service manager',
  },
  'fleet/pipelines': {
    files: folder('fleet', 'pipelines'),
    may: ['contract', 'fleet/core'],
    because: 'a run asks for steps, and does none',
  },
  'fleet/store': {
    files: folder('fleet', 'store'),
    may: ['contract', 'db', 'fleet/core'],
    because: 'it reads, lets the core decide, and writes',
  },
  'fleet/service': {
    files: folder('fleet', 'service'),
    may: ['contract', 'fleet/core', 'fleet/openclaw', 'home'],
    because: 'it keeps gateways running, and knows neither who wants them nor where that is recorded',
  },
  'fleet/control': {
    files: folder('fleet', 'control'),
    may: ['contract', 'fleet/core'],
    because: 'it takes orders, records them and starts what does them, by ports',
  },
  fleet: { files: top('fleet'), may: ['fleet/core'], because: 'it is the door of the package' },

  'models/turn': {
    files: folder('models', 'turn'),
    may: ['contract'],
    because: 'what a turn is, in our own words: no server, no library',
  },
  'models/wire': {
    files: folder('models', 'wire'),
    may: ['contract', 'models/turn'],
    because: 'bytes are read without a socket and without a clock, and no format is known',
  },
  'models/formats': {
    files: folder('models', 'formats'),
    may: ['contract', 'models/turn', 'models/wire'],
    because: 'a format says what is sent and what is meant, and sends nothing',
  },
  'models/ask': {
    files: folder('models', 'ask'),
    may: ['contract', 'models/formats', 'models/servers', 'models/turn', 'models/wire'],
    because: 'it asks a server, of whatever format',
  },
  'models/servers': {
    files: folder('models', 'servers'),
    may: ['contract', 'models/turn'],
    because: 'which server a name means is decided of settings alone',
  },
  'models/store': {
    files: folder('models', 'store'),
    may: ['contract', 'db', 'models/turn'],
    because: 'it keeps what is remembered of models, and asks none',
  },
  'models/check': {
    files: folder('models', 'check'),
    may: ['contract', 'models/turn'],
    because: 'it asks through the port, whatever is behind it',
  },
  models: {
    files: top('models'),
    may: ['models/ask', 'models/formats', 'models/turn', 'models/wire'],
    because: 'it is the door of the package',
  },

  'worker/schemas': {
    files: folder('worker', 'schemas'),
    may: ['contract'],
    because: 'a schema is the same wherever it was found',
  },
  'worker/definitions': {
    files: folder('worker', 'definitions'),
    may: ['contract', 'worker/schemas'],
    because: 'to load a file one need not know how it is run',
  },
  'worker/agents': {
    files: folder('worker', 'agents'),
    may: ['contract', 'models', 'runs', 'schema-check', 'worker/schemas'],
    because: 'model turns are steps',
  },
  'worker/loop': {
    files: folder('worker', 'loop'),
    may: ['home', 'runs'],
    because: 'who holds the loop is told by the name of a run, whatever that does',
  },
  'worker/tools': {
    files: folder('worker', 'tools'),
    may: ['contract', 'runs', 'schema-check', 'worker/definitions'],
    because: 'calls of tools are steps, and tools are files',
  },
  'worker/fleet': {
    files: folder('worker', 'fleet'),
    may: ['fleet', 'fleet/pipelines'],
    because: 'it asks the server for steps, and does none',
  },
  'worker/secrets': {
    files: folder('worker', 'secrets'),
    may: ['contract', 'models', 'runs'],
    because: 'it asks the server for secrets, and knows neither the tool nor the agent that wants one',
  },
  'worker/testing': {
    files: file('worker', 'testing\\.ts'),
    may: ['worker/agents'],
    because: 'tests of runs write agents as users do',
  },
  worker: {
    files: top('worker'),
    may: [
      'contract',
      'db',
      'engine',
      'engine/restate',
      'fleet/pipelines',
      'home',
      'live',
      'models',
      'models/servers',
      'models/store',
      'process',
      'runs',
      'runs/drive',
      'runs/store',
      'schema-check',
      'worker/agents',
      'worker/definitions',
      'worker/fleet',
      'worker/loop',
      'worker/package.json',
      'worker/secrets',
      'worker/tools',
    ],
    because: 'it joins concrete things to ports, and answers nobody but the engine',
  },

  'server/http': {
    files: folder('server', 'http'),
    may: ['contract', 'db', 'hub', 'hub/desk', 'runs/desk'],
    because: 'an edge parses, calls the desk and tells the answer; of the database it knows the errors',
  },
  'server/ws': {
    files: folder('server', 'ws'),
    may: ['contract', 'hub', 'hub/desk', 'server/http'],
    because: 'a socket is let in as a request is, and from then on is told what happens in the hub',
  },
  'server/fleet': {
    files: folder('server', 'fleet'),
    may: [
      'contract',
      'fleet',
      'fleet/control',
      'fleet/health',
      'fleet/host',
      'fleet/openclaw',
      'hub',
      'hub/desk',
      'runs/desk',
      'server/http',
    ],
    because: 'what the fleet does in the hub and with runs goes by their use cases, in the name of the owner',
  },
  'server/delegation': {
    files: folder('server', 'delegation'),
    may: ['contract', 'hub', 'hub/desk', 'runs/desk', 'tasks'],
    because: 'it carries what is delegated into the hub and back, and decides nothing of either side',
  },
  server: {
    files: top('server'),
    may: [
      'contract',
      'db',
      'engine',
      'engine/restate',
      'fleet',
      'fleet/control',
      'fleet/desk',
      'fleet/host',
      'fleet/openclaw',
      'fleet/service',
      'fleet/store',
      'home',
      'hub',
      'hub/bytes',
      'hub/desk',
      'hub/seal',
      'hub/store',
      'live',
      'models/store',
      'process',
      'runs',
      'runs/desk',
      'runs/drive',
      'runs/store',
      'schema-check',
      'server/delegation',
      'server/fleet',
      'server/http',
      'server/package.json',
      'tasks',
      'server/ws',
      'tasks/store',
    ],
    because: 'it joins concrete things to ports, and loads no user code',
  },
  'launcher/restate': {
    files: folder('launcher', 'restate'),
    may: ['contract', 'engine/restate', 'home'],
    because: 'it starts the engine and asks it how it is',
  },
  launcher: {
    files: all('launcher'),
    may: [
      'contract',
      'db',
      'home',
      'launcher/restate',
      'process',
      // These it starts, by the names of their files, and loads nothing of.
      'demo-model',
      'server',
      'worker',
    ],
    because: 'it starts what it does not load, on a record that it has looked at',
  },
  ...commandRooms,
};
